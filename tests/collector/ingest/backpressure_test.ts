import assert from "node:assert/strict";
import { Backpressure } from "../../../src/collector/ingest/backpressure.ts";
import { StandingClock } from "../../support/clock.ts";

function backpressure() {
  const clock = new StandingClock();
  const state = { isFailing: false };
  return { clock, state, made: new Backpressure(clock, 3_000, () => state.isFailing) };
}

Deno.test("a queue is full since readers began to wait, even if the store is known to fail only later", () => {
  const { clock, state, made } = backpressure();
  const fullAt = clock.monotonicMs();
  assert.ok(made.wait(false));
  clock.now += 2_500;
  state.isFailing = true;
  assert.equal(made.isExpired, false);
  clock.now += 500;
  assert.equal(made.isExpired, true, "readers that wait need not ask again");
  assert.equal(made.fullSince, fullAt);
  assert.equal(made.wait(false), undefined, "lines are read, to be dropped");
});

Deno.test("readers of a store that works wait as long as it takes", () => {
  const { clock, made } = backpressure();
  assert.ok(made.wait(false));
  clock.now += 60_000;
  assert.equal(made.isExpired, false);
  assert.ok(made.wait(false));
});

Deno.test("room ends the waiting, and the next time begins anew", async () => {
  const { clock, state, made } = backpressure();
  const waiting = made.wait(false)!;
  made.release(true);
  await waiting;
  assert.equal(made.fullSince, undefined);
  clock.now += 10_000;
  state.isFailing = true;
  assert.ok(made.wait(false));
  assert.equal(made.isExpired, false);
});
