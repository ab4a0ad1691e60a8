import assert from "node:assert/strict";
import { UnkeyedLines } from "../../../src/collector/ingest/unkeyed_lines.ts";

/** How many of these are stored: `A1` is text 1 on connection A. */
function stored(lines: UnkeyedLines, said: string, at = 0): number {
  return said.split(" ").filter((one) => !lines.isDouble("alpha", one.slice(1), one.charCodeAt(0), at))
    .length;
}

Deno.test("a text that every connection brings is stored as often as it was said, in whatever order it comes", () => {
  assert.equal(stored(new UnkeyedLines(), "A1 B1"), 1);
  assert.equal(stored(new UnkeyedLines(), "A1 A1 B1 B1"), 2);
  assert.equal(stored(new UnkeyedLines(), "A1 B1 B1 A1 C1"), 2);
  assert.equal(stored(new UnkeyedLines(), "A1 B2 A2 B1"), 2);
});

Deno.test("a text that one connection alone brings is stored, and what it missed before does not count for ever", () => {
  const lines = new UnkeyedLines();
  assert.equal(stored(lines, "A1 B2 A1"), 3);
  assert.equal(stored(lines, "B1", 61_000), 1, "two that only A brought were long ago");
});

Deno.test("ever new texts are forgotten, the oldest first", () => {
  const lines = new UnkeyedLines();
  const long = "x".repeat(1_000);
  for (let n = 0; n < 20_000; n++) assert.equal(lines.isDouble("alpha", long + n, 1, 0), false);
  assert.equal(lines.isDouble("alpha", long + 19_999, 2, 0), true);
  assert.equal(lines.isDouble("alpha", long + 0, 2, 0), false);
});
