/** Whoever may read the text of removed messages sees it on request. */
import assert from "node:assert/strict";
import { lakeSite } from "../../support/site/site.ts";
import type { DeletedReaders } from "../../../src/visibility/hidden_text.ts";

const UUID = "11111111-2222-3333-4444-555555555555";

/** A site on which moderators removed a message. */
function moderated(showDeleted?: DeletedReaders) {
  const site = lakeSite({ showDeleted });
  const ann = { userId: 11, login: "ann", displayName: "Ann", flags: "" };
  const base = { channel: "lake", author: ann, tags: [] };
  const now = Date.now();
  site.recorder.store(1, [
    { event: { ...base, kind: "message", text: "a rusty harpoon", uuid: UUID }, receivedAt: now - 9_000 },
    { event: { ...base, kind: "message", text: "a lantern" }, receivedAt: now - 8_000 },
    { event: { ...base, kind: "deletion", text: "a rusty harpoon", uuid: UUID }, receivedAt: now - 5_000 },
  ]);
  const page = async (path: string, headers: HeadersInit = {}) =>
    await (await site.request(path, { headers })).text();
  return { site, page, [Symbol.dispose]: () => site[Symbol.dispose]() };
}

const CLOSED = /<details class="gone"\s*><summary><span>message <\/span>deleted after 4 s<\/summary>/;
const OPEN = /<details class="gone" open[^>]*><summary><span>message <\/span>deleted after 4 s<\/summary>/;

Deno.test("the text of a removed message is shown on request, also without script", async () => {
  using test = moderated();
  const id = test.site.recorder.stored.find(({ text }) => text.includes("harpoon"))!.id;
  for (const path of ["/channels/1", "/users/11", `/messages/${id}`, "/search/messages?q=in:lake"]) {
    const html = await test.page(path);
    assert.match(html, CLOSED, path);
    assert.doesNotMatch(html, OPEN, path);
  }
  const event = /had a message deleted:.*?<details class="gone"\s*><summary>show it<\/summary> <q>/s;
  assert.match(await test.page("/channels/1"), event);
});

Deno.test("it is shown to those who asked for it: by a search, in the log of events, and in their view", async () => {
  using test = moderated();
  const asked = ["/search/messages?q=harpoon", "/search/messages?q=is:deleted", "/channels/1?q=is:deleted"];
  for (const path of [...asked, "/events", "/channels/1/events"]) {
    assert.match(await test.page(path), OPEN, path);
  }
  assert.match(await test.page("/channels/1", { Cookie: "scrollback_view=deleted=on" }), OPEN);
  assert.match(await test.page("/search/messages?q=in:lake+-is:mod"), CLOSED);
});

Deno.test("where a link to a removed message is previewed, its text is not shown", async () => {
  using test = moderated();
  const id = test.site.recorder.stored.find(({ text }) => text.includes("harpoon"))!.id;
  const html = await test.page(`/messages/${id}`);
  assert.match(html, /<meta property="og:description" content="Message deleted"/);
});

Deno.test("nothing is offered to those who may not read it", async () => {
  using test = moderated("nobody");
  const html = await test.page("/channels/1", { Cookie: "scrollback_view=deleted=on" });
  assert.doesNotMatch(html, /class="gone"|Deleted messages|harpoon/);
  assert.match(html, /<html[^>]* class="no-removed"/);
  assert.match(html, /data-removed="deleted after 4 s"/);
});
