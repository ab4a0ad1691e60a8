import assert from "node:assert/strict";
import { UnheardReasons } from "../../../src/collector/roster/unheard_reason.ts";

/** The reasons of a run, each tick 100 ms. @param connectedAt when the connection opens */
function reasonsOf(connectedAt: number, untilMs: number) {
  const unheard = new UnheardReasons(0);
  const told = [];
  for (let now = 0; now <= untilMs && !unheard.isDone; now += 100) {
    const next = unheard.next(now, now >= connectedAt);
    if (next) told.push([next.reason, next.since, now]);
  }
  return told;
}

Deno.test("without a connection for longer than a JOIN takes, that is the reason since the start", () => {
  assert.deepEqual(reasonsOf(Infinity, 60_000), [["not connected", 0, 10_000]]);
});

Deno.test("after a connection, channels that still wait are not joined since then", () => {
  assert.deepEqual(reasonsOf(40_000, 60_000), [
    ["not connected", 0, 10_000],
    ["not joined", 40_000, 50_000],
  ]);
  assert.deepEqual(reasonsOf(500, 60_000), [["not joined", 500, 10_500]]);
});
