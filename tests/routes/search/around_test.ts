import assert from "node:assert/strict";
import { recordingSite } from "../../support/site/site.ts";

const START = Date.parse("2026-11-01T00:00:00Z");

/** One message a minute; every second one has the word. */
function siteWithMinutes(minutes = 200) {
  const site = recordingSite(["harborlight"], {}, () => START + 10 * 86_400_000);
  for (let n = 0; n < minutes; n++) {
    const text = n % 2 === 0 ? `hat ${n}` : `coat ${n}`;
    site.recorder.receive(
      1,
      [{ kind: "message", channel: "harborlight", text, tags: [] }],
      START + n * 60_000,
    );
  }
  return site;
}

const minutesIn = (html: string) =>
  [...html.matchAll(/<mark[^>]*>hat<\/mark> (\d+)</g)].map(([, n]) => Number(n));
const rel = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll("&amp;", "&");

Deno.test("results around a moment are half before and half after it, and pages go on in both directions", async () => {
  using site = siteWithMinutes();
  const html = await (await site.request("/search/messages?q=hat&at=2026-11-01T01:40&page_size=10")).text();
  assert.deepEqual(minutesIn(html), [108, 106, 104, 102, 100, 98, 96, 94, 92, 90]);
  assert.match(html, /Around .*01:40:00.*: 5 before it,\s*5 after it/);
  const newer = await (await site.request(rel(html, "prev")!)).text();
  assert.deepEqual(minutesIn(newer)[9], 110);
  const older = await (await site.request(rel(html, "next")!)).text();
  assert.deepEqual(minutesIn(older)[0], 88);
});

Deno.test("around a moment at an end, the results of the other side are shown", async () => {
  using site = siteWithMinutes();
  const before = await (await site.request("/search/messages?q=hat&at=2025&page_size=10")).text();
  assert.deepEqual(minutesIn(before), [8, 6, 4, 2, 0]);
  assert.equal(rel(before, "next"), undefined);
  const after = await (await site.request("/search/messages?q=hat&at=now&page_size=10")).text();
  assert.deepEqual(minutesIn(after), [198, 196, 194, 192, 190]);
  assert.equal(rel(after, "prev"), undefined);
});

Deno.test("a page without script has a form for the moment; a wrong one is named", async () => {
  using site = siteWithMinutes(4);
  const html = await (await site.request("/search/messages?q=hat")).text();
  assert.match(html, /<input id="f-at" name="at" type="datetime-local"/);
  const wrong = await site.request("/search/messages?q=hat&at=soon");
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /“soon” is no date or time: write 2026-11-03/);
});

Deno.test("a slow search around a moment says where it stopped, and continues in both directions", async () => {
  using site = siteWithMinutes();
  const [early, late] = [site.recorder.stored[20]!.id, site.recorder.stored[150]!.id];
  const timeline = site.archive.timeline;
  // As of an archive so large that the search is stopped.
  site.archive.timeline = (query) =>
    query.place?.at === "before" && query.place.id > early
      ? Promise.resolve({ events: [], more: true, stoppedAt: early })
      : query.place?.at === "after" && query.place.id < late
      ? Promise.resolve({ events: [], more: true, stoppedAt: late })
      : Promise.resolve({ events: [], more: true, stoppedAt: query.place?.at === "after" ? late : early });
  const html = await (await site.request("/search/messages?q=%2Fh.t%2F&at=2026-11-01T01:40")).text();
  assert.match(html, /No messages found yet/);
  const words = html.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
  assert.match(
    words,
    /: 0 before it, 0 after it, searched back to 1 Nov 2026, 00:20 and up to 1 Nov 2026, 02:30 so far/,
  );
  site.archive.timeline = timeline;
  const older = await (await site.request(rel(html, "next")!)).text();
  assert.equal(minutesIn(older)[0], 18);
  const newer = await (await site.request(rel(html, "prev")!)).text();
  assert.equal(minutesIn(newer).at(-1), 152);
});

Deno.test("a search that matches nothing says so around a moment, with hints", async () => {
  using site = siteWithMinutes(4);
  const html = await (await site.request("/search/messages?q=absent&at=2026-11-01")).text();
  assert.match(html, /No messages match\./);
  assert.match(html, /id="hints"/);
});
