/** The strip of a channel's page, its filters' counts, and the calendar of days. */
import assert from "node:assert/strict";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/clock.ts";
import { ANN, message } from "../../support/archive/events.ts";
import { lakeSite, type TestSite } from "../../support/site/site.ts";

const NOW = Date.UTC(2026, 10, 3, 20, 7);
const fragment = { headers: { "HX-Request": "true" } };

const said = (text: string, more: Partial<ChatEvent> = {}) => message(ANN, text, more);
const FIRST = { tags: ["emotes=", "first-msg=1", "flags=", "returning-chatter=0"] };

function lake(): TestSite {
  const site = lakeSite({}, () => NOW);
  const tell = (ageMs: number, ...events: ChatEvent[]) => site.recorder.receive(1, events, NOW - ageMs);
  tell(40 * DAY_MS, said("long ago"));
  tell(3 * DAY_MS, said("days ago"), said("https://example.org/ days ago"));
  tell(2 * HOUR_MS, said("a"), said("b", FIRST));
  tell(HOUR_MS, said("raid", { kind: "notice", tags: ["msg-id=raid", "system-msg=9\\sraiders!"] }));
  tell(MINUTE_MS, said("c"));
  tell(MINUTE_MS, said("sub", { kind: "notice", tags: ["msg-id=sub", "system-msg=A\\ssub!"] }));
  return site;
}

/** The bars: when they begin, and what their title says. */
function barsOf(html: string): Record<string, string> {
  return Object.fromEntries(
    [...html.matchAll(/<a href="[^"]*at=([^"&]+)[^"]*"[^>]*><title>([^<]*)<\/title>/g)]
      .map(([, at, title]) => [decodeURIComponent(at!), title!.split(" · ").slice(1).join(" · ")]),
  );
}

Deno.test("the strip has the bars of its span, with subs and raids, and of a filter", async () => {
  using site = lake();
  const strip = async (query = "") =>
    await (await site.request(`/channels/1/strip${query}`, fragment)).text();
  assert.deepEqual(barsOf(await strip()), {
    "2026-11-03T18:00:00Z": "2 messages",
    "2026-11-03T19:00:00Z": "1 message · 1 raid",
    "2026-11-03T20:00:00Z": "2 messages · 1 sub",
  });
  assert.deepEqual(Object.values(barsOf(await strip("?span=7d"))), [
    "2 messages",
    "5 messages · 1 sub · 1 raid",
  ]);
  assert.equal(Object.values(barsOf(await strip("?span=30d"))).length, 2);
  assert.equal(Object.values(barsOf(await strip("?span=all"))).length, 3);
  assert.deepEqual(barsOf(await strip("?q=is:first")), { "2026-11-03T18:00:00Z": "1 message" });
  assert.deepEqual(barsOf(await strip("?at=2026-10-31T20:07:00Z")), { "2026-10-31T20:00:00Z": "2 messages" });
  // A bar of 24 h has 15 minutes, however young the archive is.
  assert.match(await strip(), /a bar is 15 minutes/);
});

Deno.test("each filter shows its number of messages in the span of the strip", async () => {
  using site = lake();
  const counts = async (query: string) =>
    [...(await (await site.request(`/channels/1/strip${query}`, fragment)).text())
      .matchAll(/hx-target="#filter-\d"[^>]*>([^<]*)</g)].map(([, count]) => count);
  // Mods & VIPs, first messages, subs & raids, removed, links
  assert.deepEqual(await counts(""), ["0", "1", "2", "0", "0"]);
  assert.deepEqual(await counts("?span=7d"), ["0", "1", "2", "0", "1"]);
});

Deno.test("invalid spans, moments and filters are reported, and nothing else is shown in their place", async () => {
  using site = lake();
  for (
    const [query, problem] of [
      ["?span=99", /“99” is not a valid span/],
      ["?at=nonsense", /“nonsense” is no date or time/],
      ["?at=2026-02-31", /“2026-02-31” is no date or time/],
    ] as const
  ) {
    for (const path of ["/channels/1", "/channels/1/strip"]) {
      const answer = await site.request(path + query);
      assert.equal(answer.status, 400, path + query);
      assert.match(await answer.text(), problem);
    }
  }
  const wrong = await site.request("/channels/1?q=before%3Asoon");
  assert.equal(wrong.status, 302);
  assert.match(wrong.headers.get("Location")!, /^\/search\/messages\?q=before%3Asoon&channel=lake$/);
  const other = await site.request("/channels/1?q=in%3Anowhere");
  assert.equal(other.status, 302);
});

Deno.test("the calendar colours the days with messages, and its links skip days without", async () => {
  using site = lake();
  const html = await (await site.request("/channels/1/days?day=2026-11", fragment)).text();
  const days = [...html.matchAll(/class="shade-(\d)" href="[^"]*at=([\d-]+)" title="([^"]+)"/g)]
    .map(([, shade, day, title]) => [day, shade, title]);
  assert.deepEqual(days, [["2026-11-03", "4", "5 messages"]]);
  const october = await (await site.request("/channels/1/days?day=2026-10-31", fragment)).text();
  assert.match(october, /October 2026/);
  assert.match(october, /at=2026-10-31" title="2 messages" aria-current="date"/);
  const step = async (query: string) =>
    (await site.request(`/channels/1/days?${query}`)).headers.get("Location");
  assert.equal(await step("day=2026-11-03&step=before"), "/channels/1?at=2026-10-31");
  assert.equal(await step("day=2026-10-31&step=before"), "/channels/1?at=2026-09-24");
  assert.equal(await step("day=2026-09-24&step=after"), "/channels/1?at=2026-10-31");
  assert.equal(await step("day=2026-11-03&step=after"), "/channels/1?at=2026-11-03");
  for (const day of ["2026-13", "soon", "2026-11-3"]) {
    assert.equal((await site.request(`/channels/1/days?day=${day}`)).status, 400, day);
  }
});
