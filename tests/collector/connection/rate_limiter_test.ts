import assert from "node:assert/strict";
import fc from "fast-check";
import { RateLimiter } from "../../../src/collector/connection/rate_limiter.ts";

Deno.test("no window of 10 s has more JOINs than allowed, for any requests at any times", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 30 }),
    fc.array(fc.record({ wanted: fc.nat(40), afterMs: fc.nat(4_000) }), { maxLength: 60 }),
    (limit, asks) => {
      const pace = new RateLimiter(limit);
      const sent: number[] = [];
      let now = 1_000_000;
      for (const { wanted, afterMs } of asks) {
        now += afterMs;
        const granted = pace.take(wanted, now);
        assert.ok(granted <= wanted);
        for (let i = 0; i < granted; i++) sent.push(now);
        assert.ok(sent.filter((at) => at > now - 10_000).length <= limit);
      }
    },
  ));
});

Deno.test("the whole allowance is granted at once, and again after the window", () => {
  const pace = new RateLimiter(20);
  assert.equal(pace.take(50, 0), 20);
  assert.equal(pace.take(30, 10_000), 0);
  assert.equal(pace.take(30, RateLimiter.WINDOW_MS), 20);
});

Deno.test("it counts how often something begins to wait", () => {
  const limiter = new RateLimiter(2);
  const waits = [0, 0, 1, 2, RateLimiter.WINDOW_MS + 1, RateLimiter.WINDOW_MS + 2, RateLimiter.WINDOW_MS + 3]
    .map((now) => (limiter.take(1, now), limiter.waits));
  assert.deepEqual(waits, [0, 0, 1, 1, 1, 1, 2], "each wait is counted once, however often it is tried");
});
