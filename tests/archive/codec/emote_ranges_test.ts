import assert from "node:assert/strict";
import fc from "fast-check";
import { restoreRanges, shortenRanges } from "../../../src/archive/sqlite/codec/emote_ranges.ts";

const VALUES: [text: string, values: string, shortened: string][] = [
  ["Kappa", "25:0-4", "25\x030"],
  ["hm Kappa no Kappa Kappa", "25:3-7,12-16,18-22", "25\x033"],
  ["LUL Kappa LUL", "425618:0-2,10-12/25:4-8", "425618\x030/25\x034"],
  ["😂😂 Kappa 😂 Kappa", "25:3-7,11-15", "25\x033"],
  ["Kappa", "0a1b;25:0-4;7-11:A.6", "0a1b;25\x030;7-11:A.6"],
  // Ranges that do not follow from the text stay.
  ["KappaKappa", "25:0-4", "25:0-4"],
  ["Kappa Kappa", "25:0-4", "25:0-4"],
  ["Kappa", "25:00-4", "25:00-4"],
  ["Kappa", "25:90-94", "25:90-94"],
  ["", "\x03", "\x03\x03"],
];

Deno.test("only the start of a range is stored if the rest follows from the text", () => {
  for (const [text, values, shortened] of VALUES) {
    assert.equal(shortenRanges(values, text), shortened);
    assert.equal(restoreRanges(shortened, text), values);
  }
});

Deno.test("values and texts of any kind are restored exactly", () => {
  const text = fc.string({ unit: fc.constantFrom("a", " ", "😂"), maxLength: 20 });
  const values = fc.string({ unit: fc.constantFrom(..."0123,/;:-\x03"), maxLength: 20 });
  fc.assert(fc.property(text, values, (text, values) => {
    assert.equal(restoreRanges(shortenRanges(values, text), text), values);
  }));
});
