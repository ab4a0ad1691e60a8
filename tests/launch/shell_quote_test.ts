import assert from "node:assert/strict";
import fc from "fast-check";
import { shellQuote } from "../../src/launch/shell_quote.ts";

Deno.test("plain words are unchanged, others are quoted", () => {
  assert.equal(shellQuote(["deno", "run", "--a=/b c", "it's", ""]), `deno run '--a=/b c' 'it'\\''s' ''`);
});

Deno.test("a shell parses quoted words to the same words", () => {
  fc.assert(
    fc.property(fc.array(fc.string().filter((word) => !word.includes("\0")), { minLength: 1 }), (words) => {
      assert.deepEqual(readWords(shellQuote(words)), words);
    }),
  );
});

/** Parses words as POSIX shells do: single quotes, and backslashes outside of them. */
function readWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)) {
    words.push(
      word.replace(/'([^']*)'|\\(.)/gs, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ""),
    );
  }
  return words;
}
