import assert from "node:assert/strict";
import fc from "fast-check";
import { EpochMapping } from "../../../src/collector/time/epoch_mapping.ts";

const START = 1_800_000_000_000;

/** Corrections of a wall clock, each some time after the previous one. */
const corrections = fc.array(
  fc.record({
    afterMs: fc.double({ min: 0.1, max: 20_000, noNaN: true }),
    byMs: fc.integer({ min: -3_000, max: 3_000 }),
  }),
  { maxLength: 300 },
);

Deno.test("a moment keeps its epoch time through later corrections, and a later moment never has an earlier one", () => {
  fc.assert(fc.property(corrections, (steps) => {
    const mapping = new EpochMapping(START);
    const seen: { at: number; epoch: number }[] = [];
    let now = 0;
    let offset = START;
    for (const { afterMs, byMs } of steps) {
      for (const part of [0, 0.5, 0.999]) {
        const at = now + afterMs * part;
        seen.push({ at, epoch: mapping.epochOf(at) });
      }
      now += afterMs;
      mapping.follow(offset += byMs, now);
      seen.push({ at: now, epoch: mapping.epochOf(now) });
    }
    for (const [index, { at, epoch }] of seen.entries()) {
      assert.equal(mapping.epochOf(at), epoch);
      if (index > 0) assert.ok(epoch >= seen[index - 1]!.epoch, `${epoch} after ${seen[index - 1]!.epoch}`);
    }
  }));
});

Deno.test("a correction forwards applies at once, and one backwards when time has caught up", () => {
  const mapping = new EpochMapping(START);
  mapping.follow(START + 2_000, 1_000);
  assert.equal(mapping.epochOf(1_000), START + 3_000);
  mapping.follow(START, 2_000);
  assert.equal(mapping.epochOf(2_000), START + 4_000);
  assert.equal(mapping.epochOf(3_999), START + 4_000);
  assert.equal(mapping.epochOf(4_500), START + 4_500);
});

Deno.test("jitter of a clock in whole milliseconds is no correction", () => {
  const mapping = new EpochMapping(START);
  for (let n = 0; n < 1_000; n++) mapping.follow(START + n % 5 - 2, n);
  assert.equal(mapping.offsetMs, START);
});

Deno.test("a replaced mapping applies to past moments, too", () => {
  const mapping = new EpochMapping(START);
  mapping.follow(START + 100, 50);
  mapping.replace(START - 86_400_000);
  assert.equal(mapping.epochOf(10), START - 86_400_000 + 10);
});

Deno.test("endless corrections use bounded memory, and recent moments keep their time", () => {
  const mapping = new EpochMapping(START);
  for (let n = 1; n <= 10_000; n++) mapping.follow(START + n * 10, n * 1_000);
  assert.equal(mapping.epochOf(10_000_000), START + 10_100_000);
  assert.equal(mapping.epochOf(9_999_500), START + 9_999_500 + 99_990);
});
