import assert from "node:assert/strict";
import { type Completing, completingAt } from "../../../src/search/language/completing.ts";

/** A text with `|` at the cursor, and what is completed there. */
const CASES: [text: string, completing: Partial<Completing>][] = [
  ["|", { from: 0, to: 0, typed: "" }],
  ["lov|", { from: 0, to: 3, typed: "lov" }],
  ["good lov|e", { from: 5, to: 8, typed: "lov" }],
  ["good |", { from: 5, to: 5, typed: "" }],
  ["-lov|", { from: 1, to: 4, typed: "lov" }],
  ["(a OR lov|", { from: 6, typed: "lov" }],
  ["from:|", { from: 5, to: 5, operator: "from", typed: "" }],
  ["hat FROM:nig|", { from: 9, to: 12, operator: "from", typed: "nig" }],
  ["-is:m|", { from: 4, operator: "is", typed: "m" }],
  ["(in:a|", { from: 4, operator: "in", typed: "a" }],
  ["http://x|", { from: 0, typed: "http://x", operator: undefined }],
  ['"two w|', { from: 5, typed: "w" }],
];

Deno.test("the part at the cursor is what a completion replaces", () => {
  for (const [marked, expected] of CASES) {
    const at = marked.indexOf("|");
    const found = completingAt(marked.replace("|", ""), at);
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(found[key as keyof Completing], value, `${marked} ${key}`);
    }
  }
});
