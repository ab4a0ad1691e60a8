import assert from "node:assert/strict";
import { RateMeter } from "../../../src/collector/roster/rate_meter.ts";

Deno.test("counts events of the last minute, and no older ones", () => {
  const rate = new RateMeter();
  const start = 1_700_000_000_000;
  for (let s = 0; s < 120; s++) rate.add(start + s * 1_000);
  assert.equal(rate.perMinute(start + 119_000), 60);
  assert.equal(rate.perMinute(start + 119_000 + 30_000), 30);
  assert.equal(rate.perMinute(start + 119_000 + 3_600_000), 0);
});
