import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";
import { testSite } from "../support/site/site.ts";
import { AppError } from "../../src/chat/errors.ts";

const fragment = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

Deno.test("invalid addresses get 400 or 404 with a reason, as page and as fragment", async () => {
  using site = inventedSite();
  const expected = {
    "/channels/x": 404,
    "/channels/1?before_id=-3": 400,
    "/channels/99": 404,
    "/channels/1/messages/stream?after_id=99999999999999999": 400,
    "/users/abc": 404,
    "/users/1": 404,
    "/users/104?channel=nobody": 404,
    "/messages/1": 404,
    "/search/messages?q=key&page=0": 400,
    "/search/messages?q=key&page_size=1000": 400,
    "/nowhere": 404,
    "/static/../deno.json": 404,
  };
  for (const [path, status] of Object.entries(expected)) {
    const page = await site.request(path);
    assert.equal(page.status, status, path);
    assert.match(await page.text(), /<h1>/, path);
    const answer = await site.request(path, fragment);
    assert.equal(answer.status, status, path);
    assert.match(await answer.text(), /^<div class="problem" role="alert">/, path);
  }
  assert.match(
    await (await site.request("/search/messages?page_size=many")).text(),
    /“many” is not a valid page_size/,
  );
  assert.deepEqual(site.faults, []);
});

Deno.test("not ready while the archive cannot be written or every connection is down", async () => {
  using site = testSite();
  assert.equal((await site.request("/healthz")).status, 200);
  assert.equal((await site.request("/readyz")).status, 200);
  await site.recorder.addChannels(["harborlight"]);
  site.recorder.says = { connections: [{ id: 1, reader: "first", state: "waiting", since: 0, channels: 1 }] };
  assert.equal((await site.request("/readyz")).status, 503);
  site.recorder.says = {
    writer: {
      state: "failing",
      reason: "disk full",
      since: 0,
      queue: 12,
      queueBound: 10_000,
      overflowBytes: 0,
      overflowBound: 0,
    },
  };
  const answer = await site.request("/readyz");
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /disk full/);
  assert.match(await (await site.request("/")).text(), /Messages cannot be written to the archive/);
});

Deno.test("an internal error shows a request id; its cause is only in the log", async () => {
  using site = testSite();
  site.archive.batch = () => Promise.reject(new TypeError("secret detail"));
  const answer = await site.request("/");
  const page = await answer.text();
  assert.equal(answer.status, 500);
  assert.doesNotMatch(page, /secret detail/);
  assert.ok(page.includes(answer.headers.get("X-Request-Id")!));
  assert.match(String(site.faults[0]?.error), /secret detail/);
});

Deno.test("a query that exceeds its deadline is answered with 503", async () => {
  using site = inventedSite();
  site.archive.timeline = () => Promise.reject(new AppError("too_slow", "late"));
  const answer = await site.request("/search/messages?q=key");
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /longer than 5 s/);
  assert.deepEqual(site.faults, []);
});

Deno.test("an archive that cannot be read is answered with 503 and the reason, and not logged as a fault", async () => {
  using site = testSite();
  site.archive.batch = () => Promise.reject(new AppError("unavailable", "the disk is full"));
  const answer = await site.request("/");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("Retry-After"), "5");
  assert.match(await answer.text(), /The archive cannot be used: the disk is full\./);
  assert.deepEqual(site.faults, []);
});
