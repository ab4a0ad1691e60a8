import assert from "node:assert/strict";
import { Backoff } from "../../../src/collector/connection/backoff.ts";

Deno.test("the first retry is immediate; later waits double from 1 s to 60 s", () => {
  const backoff = new Backoff(1_000, () => 0);
  const waits = Array.from({ length: 9 }, () => backoff.next());
  assert.deepEqual(waits, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

Deno.test("jitter shortens a wait by at most half", () => {
  const backoff = new Backoff(1_000, () => 0.999999);
  backoff.next();
  assert.equal(backoff.next(), 500);
});

Deno.test("a long session resets the waits, a short one does not", () => {
  const backoff = new Backoff(1_000, () => 0);
  for (let i = 0; i < 4; i++) backoff.next();
  backoff.connected(29_999);
  assert.equal(backoff.next(), 8_000);
  backoff.connected(30_000);
  assert.equal(backoff.next(), 0);
});
