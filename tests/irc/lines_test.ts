import assert from "node:assert/strict";
import fc from "fast-check";
import { LineSplitter, MAX_LINE_BYTES } from "../../src/irc/lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("lines are the same wherever the bytes were split, even within a character", () => {
  const line = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[\r\n]/.test(text));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(40)), (lines, end, sizes) => {
      const whole = bytes(lines.map((text) => text + end).join(""));
      const splitter = new LineSplitter();
      const found: string[] = [];
      let at = 0;
      for (const size of sizes) {
        found.push(...splitter.push(whole.subarray(at, at + size)));
        at += size;
      }
      found.push(...splitter.push(whole.subarray(at)));
      assert.deepEqual(found, lines);
    }),
  );
});

Deno.test("a chunk may be overwritten after push", () => {
  const splitter = new LineSplitter();
  const chunk = bytes("first half, ");
  splitter.push(chunk);
  chunk.fill(0);
  assert.deepEqual(splitter.push(bytes("second half\r\n")), ["first half, second half"]);
});

Deno.test("empty lines are skipped", () => {
  assert.deepEqual(new LineSplitter().push(bytes("\r\n\na\r\n\r\r\n\nb\n")), ["a", "b"]);
});

Deno.test("a byte order mark is a character like any other", () => {
  assert.deepEqual(new LineSplitter().push(bytes("\uFEFFPING\n")), ["\uFEFFPING"]);
});

Deno.test("invalid UTF-8 becomes replacement characters", () => {
  assert.deepEqual(new LineSplitter().push(new Uint8Array([97, 0xff, 98, 10])), ["a\uFFFDb"]);
});

Deno.test("a line over the limit is dropped up to its end, and reported once with its start", () => {
  for (const chunkBytes of [1000, MAX_LINE_BYTES, 5 * MAX_LINE_BYTES]) {
    const splitter = new LineSplitter();
    const whole = bytes(`before\r\n${"x".repeat(3 * MAX_LINE_BYTES)}\r\nafter\r\n`);
    const found: string[] = [];
    for (let at = 0; at < whole.length; at += chunkBytes) {
      found.push(...splitter.push(whole.subarray(at, at + chunkBytes)));
    }
    assert.deepEqual(found, ["before", "after"]);
    assert.deepEqual(splitter.takeOverlong(), ["x".repeat(500)]);
    assert.deepEqual(splitter.takeOverlong(), []);
  }
});

Deno.test("a line of exactly the limit is kept", () => {
  const line = "x".repeat(MAX_LINE_BYTES);
  const splitter = new LineSplitter();
  assert.deepEqual([...splitter.push(bytes(line)), ...splitter.push(bytes("\n"))], [line]);
});
