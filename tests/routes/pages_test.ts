import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";
import { recordingSite, testSite } from "../support/site/site.ts";

const fragment = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

Deno.test("an empty archive shows how to add a channel, with the form", async () => {
  using site = testSite();
  const page = await (await site.request("/")).text();
  assert.match(page, /Nothing is being recorded yet/);
  assert.match(page, /<form[^>]*action="\/channels"/);
});

Deno.test("each address answers with a page, or with a fragment for htmx", async () => {
  using site = inventedSite();
  for (
    const path of ["/", "/channels", "/users", "/search/messages?q=key", "/search/channels", "/search/users"]
  ) {
    assert.match(await (await site.request(path)).text(), /^<!DOCTYPE html>/, path);
    assert.match(await (await site.request(path, fragment)).text(), /^<div id=/, path);
    const restored = { headers: { ...fragment.headers, "HX-History-Restore-Request": "true" } };
    assert.match(await (await site.request(path, restored)).text(), /^<!DOCTYPE html>/, path);
  }
});

Deno.test("older messages are returned as rows; 204 means that there are none", async () => {
  using site = inventedSite();
  const first = site.recorder.stored[0]!.id;
  assert.equal((await site.request(`/channels/1/messages?before_id=${first}`)).status, 204);
  const rows = await (await site.request(`/channels/1/messages?before_id=${first + 64 * 200_000}`)).text();
  assert.match(rows, /^<li class="edge">The archive of harborlight begins here/);
});

Deno.test("polling returns new rows; 204 means that there are none", async () => {
  using site = inventedSite();
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
  using site = inventedSite();
  const to = async (query: string) => (await site.request(`/?${query}`)).headers.get("Location");
  assert.equal(await to("channel=%23HarborLight&username=MossGarden"), "/users/102?channel=harborlight");
  assert.equal(await to("username=mossgarden"), "/users/102");
  assert.equal(await to("username=nobody_at_all"), "/users?q=nobody_at_all");
});

Deno.test("markup in a message stays text", async () => {
  using site = recordingSite(["harborlight"]);
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

Deno.test("the home page reads the last day of all channels in one call, and caches them", async () => {
  using site = recordingSite(Array.from({ length: 300 }, (_, i) => `channel${i}`));
  site.calls.length = 0;
  assert.equal((await site.request("/")).status, 200);
  assert.deepEqual(site.calls.toSorted(), ["batch", "batch", "channels"]);
  assert.equal((await site.request("/")).status, 200);
  assert.equal(site.calls.filter((method) => method === "batch").length, 3);
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
