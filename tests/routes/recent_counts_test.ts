import assert from "node:assert/strict";
import { recentCounts } from "../../routes/recent_counts.ts";
import { MINUTE_MS } from "../../src/clock.ts";
import { recordingSite } from "../support/site/site.ts";

const OPTIONS = { bars: 4, minutesABar: 30, freshMs: MINUTE_MS };

Deno.test("the bars of a channel are there after any pause, old ones until they are read again", async () => {
  let now = Date.UTC(2026, 10, 3, 20);
  using site = recordingSite(["lake", "hill"], {}, () => now);
  const said = { kind: "message", channel: "lake", text: "hi", tags: [] } as const;
  site.recorder.receive(1, [said], now - 1);
  const counts = recentCounts(site.archive, () => now, OPTIONS);
  assert.deepEqual(await counts.lately([1]), [[0, 0, 1, 0]]);
  // Longer than counts are kept: they are returned once more, and read in the background.
  now += 45 * MINUTE_MS;
  site.recorder.receive(1, [said], now - 1);
  assert.deepEqual(await counts.lately([1]), [[0, 0, 1, 0]]);
  assert.deepEqual(await counts.of([1]), [[0, 1, 0, 1]]);
  // A new channel beside one that was read very long ago.
  now += 45 * MINUTE_MS;
  const [lake, hill] = await counts.lately([1, 2]);
  assert.equal(lake!.length, 4);
  assert.deepEqual(hill, [0, 0, 0, 0]);
});
