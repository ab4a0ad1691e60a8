import assert from "node:assert/strict";
import fc from "fast-check";
import { inventedSite } from "../support/site/invented_site.ts";
import { testSite } from "../support/site/site.ts";
import { AppError } from "../../src/chat/errors.ts";

const fragment = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

Deno.test("an empty archive shows how to add a channel, with the form", async () => {
  using site = testSite();
  const page = await (await site.request("/")).text();
  assert.match(page, /Nothing is being recorded yet/);
  assert.match(page, /<form[^>]*action="\/channels"/);
});

Deno.test("each address answers with a page, or with a fragment for htmx", async () => {
  using site = await inventedSite();
  for (
    const path of ["/", "/channels", "/users", "/search/messages?q=key", "/search/channels", "/search/users"]
  ) {
    assert.match(await (await site.request(path)).text(), /^<!DOCTYPE html>/, path);
    assert.match(await (await site.request(path, fragment)).text(), /^<div id=/, path);
    const restored = { headers: { ...fragment.headers, "HX-History-Restore-Request": "true" } };
    assert.match(await (await site.request(path, restored)).text(), /^<!DOCTYPE html>/, path);
  }
});

Deno.test("invalid addresses get 400 or 404 with a reason, as page and as fragment", async () => {
  using site = await inventedSite();
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

Deno.test("any input to the search is a query or gets a message beside the field", async () => {
  using site = await inventedSite();
  const typed = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('"', "*", "a*", "AND", "草", "😂", "x\0y", '"a b'),
  );
  await fc.assert(
    fc.asyncProperty(typed, typed, typed, async (q, channel, from) => {
      const fields = Object.entries({ q, channel, from }).filter(([, value]) => value.trim() !== "");
      const answer = await site.request(`/search/messages?${new URLSearchParams(fields)}`);
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
    }),
    { numRuns: 60 },
  );
});

Deno.test("a problem is shown beside its field, whose value is kept", async () => {
  using site = await inventedSite();
  const page = await (await site.request("/search/messages?q=key&channel=Nope&user=zz_top")).text();
  assert.match(page, /No channel named “nope” in the archive/);
  assert.match(page, /No user named “zz_top”\. Use the whole login or display name/);
  assert.match(page, /value="Nope"/);
  assert.doesNotMatch(page, /id="found"/);
});

Deno.test("the user filter takes logins and display names in any case, with and without an @", async () => {
  using site = await inventedSite();
  const found = async (user: string, channel = "") => {
    const fields = new URLSearchParams({ user, ...channel && { channel } });
    const page = await (await site.request(`/search/messages?${fields}`)).text();
    assert.doesNotMatch(page, /class="problem"/, user);
    return new Set(
      [...page.matchAll(/<a class="name"[^>]*href="\/users\/(-?\d+)"/g)].map(([, id]) => Number(id)),
    );
  };
  for (
    const user of [
      "yukino_san",
      "@Yukino_San",
      "ゆきのさん",
      "@ゆきのさん",
      " ゆきのさん ",
      "ゆきのさん (yukino_san)",
    ]
  ) {
    assert.ok((await found(user)).has(104), user);
  }
  for (const user of ["김치찌개", "@김치찌개", "＠김치찌개"]) assert.ok((await found(user)).has(105), user);
  for (const channel of ["#HarborLight", "harborlight", "@HARBORLIGHT", " # harborlight"]) {
    assert.ok((await found("MOSSGARDEN", channel)).has(102), channel);
  }
  for (const user of ["ゆきのさん", "@YUKINO_SAN"]) {
    const answer = await site.request(
      `/?${new URLSearchParams({ username: user, channel: "#HarborLight" })}`,
    );
    assert.equal(answer.headers.get("Location"), "/users/104?channel=harborlight", user);
  }
  const page = await (await site.request("/search/messages?user=!!!")).text();
  assert.match(page, /“!!!” is not a user name\. Use a login or a display name/);
});

Deno.test("dates are days in UTC, the last one included", async () => {
  using site = testSite();
  await site.recorder.addChannels(["harborlight"]);
  const say = (text: string, at: string) =>
    site.recorder.receive(1, [{ kind: "message", channel: "harborlight", text, tags: [] }], Date.parse(at));
  say("hat one", "2026-11-20T23:59:59.999Z");
  say("hat two", "2026-11-21T00:00:00Z");
  say("hat three", "2026-11-22T23:59:59.999Z");
  say("hat four", "2026-11-23T00:00:00Z");
  const page = await (await site.request("/search/messages?q=hat&from=2026-11-21&to=2026-11-22")).text();
  const found = [...page.matchAll(/<mark>hat<\/mark> (\w+)/g)].map(([, word]) => word);
  assert.deepEqual(found, ["three", "two"]);
});

Deno.test("search results are paged by id, and by page and page_size", async () => {
  using site = await inventedSite();
  const ids = async (path: string) =>
    [...(await (await site.request(path)).text()).matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
  const all = await ids("/search/messages?q=key&page_size=200");
  const first = await ids("/search/messages?q=key&page_size=10");
  assert.deepEqual(first, all.slice(0, 10));
  assert.deepEqual(
    await ids(`/search/messages?q=key&page_size=10&before_id=${first.at(-1)}`),
    all.slice(10, 20),
  );
  assert.deepEqual(await ids("/search/messages?q=key&page_size=10&page=2"), all.slice(10, 20));
  assert.deepEqual(await ids(`/search/messages?q=key&page_size=10&after_id=${all[20]}`), all.slice(10, 20));
});

Deno.test("older messages are returned as rows; 204 means that there are none", async () => {
  using site = await inventedSite();
  const first = site.recorder.stored[0]!.id;
  assert.equal((await site.request(`/channels/1/messages?before_id=${first}`)).status, 204);
  const rows = await (await site.request(`/channels/1/messages?before_id=${first + 64 * 200_000}`)).text();
  assert.match(rows, /^<li class="edge">The archive of harborlight begins here/);
});

Deno.test("polling returns new rows; 204 means that there are none", async () => {
  using site = await inventedSite();
  const own = site.recorder.stored.filter(({ channelId }) => channelId === 1);
  const poll = (after: number) => site.request(`/channels/1/messages/stream?after_id=${after}`, fragment);
  assert.equal((await poll(own.at(-1)!.id)).status, 204);
  const few = await (await poll(own.at(-4)!.id)).text();
  assert.equal(few.match(/data-id=/g)?.length, 3);
  assert.equal(few.match(/data-id="(\d+)"(?!.*data-id)/s)![1], String(own.at(-1)!.id));
  const many = await (await poll(own[0]!.id)).text();
  assert.equal(many.match(/data-id=/g)?.length, own.length - 1);
});

Deno.test("a name in the address redirects to its user, within the channel if one is named", async () => {
  using site = await inventedSite();
  const to = async (query: string) => (await site.request(`/?${query}`)).headers.get("Location");
  assert.equal(await to("channel=%23HarborLight&username=MossGarden"), "/users/102?channel=harborlight");
  assert.equal(await to("username=mossgarden"), "/users/102");
  assert.equal(await to("username=nobody_at_all"), "/users?q=nobody_at_all");
});

Deno.test("markup in a message stays text", async () => {
  using site = testSite();
  await site.recorder.addChannels(["harborlight"]);
  const evil = `<img src=x onerror=alert(1)>"' <script>1</script>`;
  const author = {
    userId: 1,
    login: "harborlight",
    displayName: evil,
    color: '"><b>',
    badges: `${evil}/1`,
    flags: "",
  };
  const tags = [
    "msg-id=raid",
    "system-msg=<b>raid</b>",
    'reply-parent-msg-id=">',
    "reply-parent-msg-body=<i>",
  ];
  site.recorder.receive(1, [
    { kind: "message", channel: "harborlight", author, text: evil, tags },
    { kind: "notice", channel: "harborlight", author, text: evil, tags },
    { kind: "raw", channel: "harborlight", text: evil, tags: [] },
  ]);
  const page = await (await site.request("/channels/1")).text();
  assert.doesNotMatch(page, /<img src=x|<script>1|<b>|<i>/);
});

Deno.test("assets have addresses with a hash of their content, and are immutable only there", async () => {
  using site = testSite();
  const address = /href="(\/static\/favicon\.svg\?v=\w+)"/.exec(
    await (await site.request("/users")).text(),
  )![1]!;
  const kept = await site.request(address);
  assert.match(kept.headers.get("Cache-Control")!, /immutable/);
  await kept.body?.cancel();
  const plain = await site.request("/static/favicon.svg");
  assert.equal(plain.headers.get("Cache-Control"), "no-cache");
  await plain.body?.cancel();
  const again = await site.request("/static/favicon.svg", {
    headers: { "If-None-Match": plain.headers.get("ETag")! },
  });
  assert.equal(again.status, 304);
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
  site.archive.totals = () => Promise.reject(new TypeError("secret detail"));
  const answer = await site.request("/");
  const page = await answer.text();
  assert.equal(answer.status, 500);
  assert.doesNotMatch(page, /secret detail/);
  assert.ok(page.includes(answer.headers.get("X-Request-Id")!));
  assert.match(String(site.faults[0]?.error), /secret detail/);
});

Deno.test("a query that exceeds its deadline is answered with 503", async () => {
  using site = await inventedSite();
  site.archive.timeline = () => Promise.reject(new AppError("too_slow", "late"));
  const answer = await site.request("/search/messages?q=key");
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /longer than 5 s/);
  assert.deepEqual(site.faults, []);
});

Deno.test("an archive that cannot be read is answered with 503 and the reason, and not logged as a fault", async () => {
  using site = testSite();
  site.archive.totals = () => Promise.reject(new AppError("unavailable", "the disk is full"));
  const answer = await site.request("/");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("Retry-After"), "5");
  assert.match(await answer.text(), /The archive cannot be used: the disk is full\./);
  assert.deepEqual(site.faults, []);
});

Deno.test("the dashboard reads the minutes of all channels in one call, and caches them", async () => {
  using site = testSite();
  await site.recorder.addChannels(Array.from({ length: 300 }, (_, i) => `channel${i}`));
  assert.equal((await site.request("/")).status, 200);
  assert.deepEqual(site.calls.toSorted(), ["batch", "channels", "totals"]);
  assert.equal((await site.request("/")).status, 200);
  assert.equal(site.calls.filter((method) => method === "batch").length, 1);
});

Deno.test("a line that could not be stored is counted and shown as plain text", async () => {
  using site = testSite();
  const counts = { ...site.recorder.status().counts, rejected: 1 };
  site.recorder.says = {
    counts,
    rejectedSamples: [{ at: 0, why: "it has no command", line: "@a=<b>x</b>" }],
  };
  const page = await (await site.request("/")).text();
  assert.match(page, /1 line could not be stored/);
  assert.match(page, /it has no command: <code[^>]*>@a=&lt;b&gt;x&lt;\/b&gt;/);
});

Deno.test("a search that was stopped continues in its direction", async () => {
  using site = await inventedSite();
  site.archive.timeline = () => Promise.resolve({ events: [], more: true, stoppedAt: 64_000, skipped: 0 });
  const page = async (place: string) => await (await site.request(`/search/messages?q=key&${place}`)).text();
  assert.match(await page("before_id=99999999"), /Searched back to .*before_id=64000"/);
  assert.match(await page("after_id=5"), /Searched up to .*after_id=64000"/);
});
