import assert from "node:assert/strict";
import { UnkeyedLines } from "../../../src/collector/ingest/unkeyed_lines.ts";

/** The number of these lines that are stored. `A1` is text 1 on connection A. */
function stored(lines: UnkeyedLines, deliveries: string, at = 0): number {
  return deliveries.split(" ").filter((one) =>
    !lines.isDuplicate("alpha", one.slice(1), one.charCodeAt(0), at)
  )
    .length;
}

Deno.test("a text that every connection receives is stored as often as it was sent, in any order of arrival", () => {
  assert.equal(stored(new UnkeyedLines(), "A1 B1"), 1);
  assert.equal(stored(new UnkeyedLines(), "A1 A1 B1 B1"), 2);
  assert.equal(stored(new UnkeyedLines(), "A1 B1 B1 A1 C1"), 2);
  assert.equal(stored(new UnkeyedLines(), "A1 B2 A2 B1"), 2);
});

Deno.test("a text that only one connection receives is stored, and earlier differences expire", () => {
  const lines = new UnkeyedLines();
  assert.equal(stored(lines, "A1 B2 A1"), 3);
  assert.equal(stored(lines, "B1", 61_000), 1, "the two lines that only A received are too old");
});

Deno.test("new texts replace old ones, oldest first", () => {
  const lines = new UnkeyedLines();
  const long = "x".repeat(1_000);
  for (let n = 0; n < 20_000; n++) assert.equal(lines.isDuplicate("alpha", long + n, 1, 0), false);
  assert.equal(lines.isDuplicate("alpha", long + 19_999, 2, 0), true);
  assert.equal(lines.isDuplicate("alpha", long + 0, 2, 0), false);
});
