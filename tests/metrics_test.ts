import assert from "node:assert/strict";
import { createMetrics } from "../src/metrics.ts";
import { testSite } from "./support/site/site.ts";

Deno.test("unknown HTTP methods share one series", async () => {
  using site = testSite();
  const metrics = createMetrics({
    status: () => site.recorder.status(),
    watchers: () => 0,
    live: () => site.hub.counts,
    http: () => undefined,
    refusedStreams: () => ({ total: 0, client: 0 }),
  });
  for (const method of ["GET", "BREW", "WHEN"]) {
    metrics.observe({ method, route: "/", status: 200, durationMs: 1 });
  }
  const text = await metrics.text();
  assert.deepEqual(
    [...text.matchAll(/^scrollback_http_seconds_count\{method="(\w+)".*\} (\d+)$/gm)].map(([, ...of]) => of),
    [["GET", "1"], ["other", "2"]],
  );
});
