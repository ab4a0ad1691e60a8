/** What the headers of logs say: how long they may be kept, and how much of their span was recorded. */
import assert from "node:assert/strict";
import { DAY_MS } from "../../../src/clock.ts";
import { DAY, LINES, logSite, NOW, RECEIVED_AT, receivedLines } from "../../support/api/log_site.ts";

Deno.test("past spans may be cached with their tag, which changes when the span does, and others are revalidated", async () => {
  using site = logSite();
  const past = await site.request(`${DAY}?raw`);
  assert.equal(past.headers.get("Cache-Control"), "public, max-age=36000");
  const ETag = past.headers.get("ETag")!;
  assert.match(ETag, /^W\/"[0-9a-f]{20}"$/);
  assert.equal(past.headers.get("Vary"), "Content-Type, Accept-Encoding");
  const again = (path: string, init: HeadersInit = {}) =>
    site.request(path, { headers: { "If-None-Match": ETag, ...init } });
  const known = await again(`${DAY}?raw`);
  assert.deepEqual([known.status, await known.text(), known.headers.get("ETag")], [304, "", ETag]);
  for (const name of ["Vary", "Cache-Control", "X-Scrollback-Coverage"]) {
    assert.equal(known.headers.get(name), past.headers.get(name), name);
  }
  assert.equal((await again(`${DAY}?raw`, { "If-None-Match": `"other", ${ETag.slice(2)}` })).status, 304);
  assert.equal((await again(`${DAY}?json`)).status, 200, "of another format");
  assert.equal((await again(`${DAY}?raw&limit=1`)).status, 200, "of another part");
  assert.equal((await again(`${DAY}?raw`, { "Content-Type": "application/json" })).status, 200);
  site.recorder.store(1, receivedLines([LINES[3]!], RECEIVED_AT + 60_000));
  assert.equal((await again(`${DAY}?raw`)).status, 200, "after another message");

  for (
    const path of [
      "/channel/harborlight/2026/11/20?raw",
      "/channel/harborlight/user/ada/2026/11",
      "/channel/harborlight?from=0",
    ]
  ) {
    const answer = await site.request(path);
    assert.equal(answer.headers.get("Cache-Control"), "no-cache", path);
    assert.equal(answer.headers.get("ETag"), null);
  }
  const ended = (ms: number) => `/channel/harborlight?from=0&to=${new Date(NOW - ms).toISOString()}`;
  assert.equal(
    (await site.request(ended(1_000))).headers.get("Cache-Control"),
    "no-cache",
    "may be incomplete",
  );
  assert.equal((await site.request(ended(11_000))).headers.get("Cache-Control"), "public, max-age=36000");
  const { writer } = site.recorder.status();
  site.recorder.says = { writer: { ...writer, overflowBytes: 1 } };
  assert.equal(
    (await site.request(`${DAY}?raw`)).headers.get("Cache-Control"),
    "no-cache",
    "messages wait in a file",
  );
});

Deno.test("a header says which share of a span the archive was listening", async () => {
  using site = logSite();
  const midnight = Date.UTC(2026, 10, 9);
  site.recorder.listened(1, [
    { from: midnight - DAY_MS, to: midnight + 0.75 * DAY_MS, reason: "connection lost" },
    { from: midnight + 0.8191 * DAY_MS, to: midnight + DAY_MS, reason: "stopped" },
  ]);
  const share = async (path: string) => (await site.request(path)).headers.get("X-Scrollback-Coverage");
  assert.equal(await share(`${DAY}?raw`), "93%");
  assert.equal(await share("/channel/harborlight/2026/11/8"), "100%");
  assert.equal(await share("/channel/harborlight/2026/11/10"), "0%", "nobody was listening");
  assert.equal(await share("/channel/harborlight/2026/11/7"), "0%", "not yet known");
  assert.equal(await share("/channel/mossgarden/2026/11/9"), "0%");
  assert.equal(await share("/channel/harborlight/2027/11/9"), null, "the future");
  assert.equal(
    await share("/channel/harborlight/user/ada?from=2026-11-09T00:00:00Z&to=2026-11-09T12:00:00Z"),
    "100%",
  );
  site.recorder.listened(1, [{ from: NOW - 3_600_000 }]);
  assert.equal(await share(`/channel/harborlight?from=${(NOW - 7_200_000) / 1_000}`), "50%", "until now");
});

Deno.test("HEAD answers the headers of GET and no body, without taking a place among the downloads", async () => {
  using site = logSite();
  site.calls.length = 0;
  for (let n = 0; n < 50; n++) {
    const answer = await site.request(`${DAY}?json`, { method: "HEAD" });
    assert.deepEqual([answer.status, await answer.text()], [200, ""]);
    assert.equal(answer.headers.get("Content-Type"), "application/json");
    assert.equal(answer.headers.get("Cache-Control"), "public, max-age=36000");
  }
  assert.ok(!site.calls.includes("log"));
});

Deno.test("the tag of a log changes when one of its users opts out, and when the opt-out ends", async () => {
  using site = await logSite();
  const past = await site.request(`${DAY}?raw`);
  const ETag = past.headers.get("ETag")!;
  assert.match(await past.text(), /user-id=101[; ]/);
  const again = () => site.request(`${DAY}?raw`, { headers: { "If-None-Match": ETag } });
  assert.equal((await again()).status, 304);
  await site.recorder.change({
    kind: "opt out",
    optOut: { kind: "user", twitchId: 101, at: NOW, stored: "hidden" },
  });
  const without = await again();
  assert.equal(without.status, 200);
  assert.doesNotMatch(await without.text(), /[^-]user-id=101[; ]/);
  await site.recorder.change({ kind: "end opt-out", subject: { kind: "user", twitchId: 101 } });
  assert.equal((await again()).status, 304);
});
