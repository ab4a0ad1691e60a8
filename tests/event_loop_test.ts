import assert from "node:assert/strict";
import { RecentLongest, watchEventLoop } from "../src/event_loop.ts";

Deno.test("a blocked thread is detected, with the delay", async () => {
  const noticed = Promise.withResolvers<number>();
  using _watch = watchEventLoop((delayMs) => delayMs >= 40 && noticed.resolve(delayMs));
  const until = performance.now() + 60;
  while (performance.now() < until);
  assert.ok(await noticed.promise >= 40);
});

Deno.test("the longest delay is kept for about a minute", () => {
  let now = 1_000_000;
  const longest = new RecentLongest(() => now);
  assert.equal(longest.value, 0);
  longest.observe(80);
  longest.observe(3);
  now += 55_000;
  longest.observe(5);
  assert.equal(longest.value, 80);
  now += 20_000;
  assert.equal(longest.value, 5);
});
