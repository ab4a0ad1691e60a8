import assert from "node:assert/strict";
import { ReaderComparison } from "../../../src/collector/connection/reader_comparison.ts";

Deno.test("a message that one reader had is missed by the other after the wait; waiting messages of a left channel are not counted", () => {
  const misses = new ReaderComparison();
  misses.heard("a", "lake", "first", 0);
  misses.heard("a", "lake", "second", 500);
  misses.heard("b", "lake", "first", 1_000);
  misses.heard("c", "hill", "second", 1_000);
  misses.heard("d", "lake", "second", 2_000);
  misses.forget("hill");
  misses.settle(10_999);
  assert.deepEqual(misses.of("lake"), { first: 0, second: 0 });
  misses.settle(11_000);
  assert.deepEqual(misses.of("lake"), { first: 0, second: 1 });
  misses.settle(12_000);
  assert.deepEqual(misses.of("lake"), { first: 1, second: 1 });
  assert.deepEqual(misses.of("hill"), { first: 0, second: 0 });
});

Deno.test("one id in two rooms is two messages: each room is counted separately", () => {
  const misses = new ReaderComparison();
  misses.heard("a", "lake", "first", 0);
  misses.heard("a", "hill", "second", 500);
  misses.settle(20_000);
  assert.deepEqual(misses.of("lake"), { first: 0, second: 1 });
  assert.deepEqual(misses.of("hill"), { first: 1, second: 0 });
});
