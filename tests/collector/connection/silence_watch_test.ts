import assert from "node:assert/strict";
import { TIMINGS } from "../../../src/collector/connection/session_options.ts";
import { SilenceWatch } from "../../../src/collector/connection/silence_watch.ts";

const timings = { ...TIMINGS, handshakeMs: 10_000, quietMs: 5_000, deadMs: 4_500 };

Deno.test("a silent connection gets a PING, and is dead if nothing answers it", () => {
  const watch = new SilenceWatch(timings, 0);
  watch.reading();
  assert.equal(watch.check(4_999, true), undefined);
  assert.deepEqual(watch.check(5_000, true), { kind: "ping" });
  assert.equal(watch.lastAliveAt, 0);
  assert.equal(watch.check(9_499, true), undefined);
  assert.deepEqual(watch.check(9_500, true), {
    kind: "end",
    reason: "nothing heard for 9.5 s",
    heardAt: 0,
  });
});

Deno.test("anything that arrives answers the PING", () => {
  const watch = new SilenceWatch(timings, 0);
  watch.reading();
  watch.check(5_000, true);
  watch.received(6_000);
  assert.equal(watch.lastAliveAt, undefined);
  assert.equal(watch.check(10_999, true), undefined);
  assert.deepEqual(watch.check(11_000, true), { kind: "ping" });
});

Deno.test("time during which nothing is read is not silence", () => {
  const watch = new SilenceWatch(timings, 0);
  watch.reading();
  watch.notReading();
  assert.equal(watch.check(60_000, true), undefined);
  watch.reading();
  assert.equal(watch.check(64_999, true), undefined);
});

Deno.test("a server has to welcome us within a time limit", () => {
  const watch = new SilenceWatch(timings, 0);
  assert.equal(watch.check(9_999, false), undefined);
  assert.deepEqual(watch.check(10_000, false), { kind: "end", reason: "no welcome within 10 s" });
});
