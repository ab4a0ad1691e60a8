import assert from "node:assert/strict";
import { ReaderComparison } from "../../../src/collector/connection/reader_comparison.ts";

Deno.test("a message that one reader had is missed by the other after the wait; waiting messages of a left channel are not counted", () => {
  const comparison = new ReaderComparison();
  comparison.heard("a", "lake", "first", 0);
  comparison.heard("a", "lake", "second", 500);
  comparison.heard("b", "lake", "first", 1_000);
  comparison.heard("c", "hill", "second", 1_000);
  comparison.heard("d", "lake", "second", 2_000);
  comparison.forget("hill");
  comparison.settle(10_999);
  assert.deepEqual(comparison.of("lake"), { first: 0, second: 0 });
  comparison.settle(11_000);
  assert.deepEqual(comparison.of("lake"), { first: 0, second: 1 });
  comparison.settle(12_000);
  assert.deepEqual(comparison.of("lake"), { first: 1, second: 1 });
  assert.deepEqual(comparison.of("hill"), { first: 0, second: 0 });
});

Deno.test("one id in two rooms is two messages: each room is counted separately", () => {
  const comparison = new ReaderComparison();
  comparison.heard("a", "lake", "first", 0);
  comparison.heard("a", "hill", "second", 500);
  comparison.settle(20_000);
  assert.deepEqual(comparison.of("lake"), { first: 0, second: 1 });
  assert.deepEqual(comparison.of("hill"), { first: 1, second: 0 });
});
