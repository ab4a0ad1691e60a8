import assert from "node:assert/strict";
import { escapeTag, parseTags } from "../../../src/irc/syntax/tags.ts";
import { formatLine, nickOf, parseLine } from "../../../src/irc/syntax/parse.ts";
import joins from "../../fixtures/irc/msg-join.json" with { type: "json" };
import splits from "../../fixtures/irc/msg-split.json" with { type: "json" };
import userhosts from "../../fixtures/irc/userhost-split.json" with { type: "json" };

interface Atoms {
  tags?: Record<string, string>;
  source?: string;
  verb: string;
  params?: string[];
}

interface Split {
  input: string;
  atoms: Atoms;
}

interface Join {
  desc: string;
  atoms: Atoms;
  matches: string[];
}

Deno.test("every public vector of splitting lines is parsed correctly", () => {
  for (const { input, atoms } of splits as Split[]) {
    const line = parseLine(input);
    assert.ok(line, input);
    assert.deepEqual(Object.fromEntries(parseTags(line.tags)), atoms.tags ?? {}, input);
    assert.equal(line.prefix, atoms.source, input);
    assert.equal(line.command, atoms.verb, input);
    assert.deepEqual(line.params, atoms.params ?? [], input);
  }
});

Deno.test("every public vector of joining lines is parsed as it was joined", () => {
  for (const { desc, atoms, matches } of joins as Join[]) {
    const tags = Object.entries(atoms.tags ?? {}).map(([key, value]) => `${key}=${escapeTag(value)}`).join(
      ";",
    );
    const line = { tags, prefix: atoms.source, command: atoms.verb, params: atoms.params ?? [] };
    assert.deepEqual(parseLine(formatLine(line)), line, desc);
    const bare = (text: string) => text.replace(/=(?=[; ])/g, "");
    if (Object.keys(atoms.tags ?? {}).length > 1) continue; // They may be in any order.
    assert.ok(matches.map(bare).includes(bare(formatLine(line))), `${desc}: ${formatLine(line)}`);
  }
});

Deno.test("the name in every public vector of prefixes is found", () => {
  for (const { source, atoms } of userhosts as { source: string; atoms: { nick?: string } }[]) {
    assert.equal(nickOf(source), atoms.nick ?? "", source);
  }
});

Deno.test("a text without a command is no line", () => {
  for (const text of ["", " ", "@a=b", "@a=b ", ":prefix", ":prefix ", "@a=b :prefix", "@", ":", "   "]) {
    assert.equal(parseLine(text), undefined, JSON.stringify(text));
  }
});
