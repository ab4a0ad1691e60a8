import assert from "node:assert/strict";
import fc from "fast-check";
import { packCounts, unpackCounts } from "../../../../routes/search/parts/count_so_far.ts";
import { recordingSite, testSite } from "../../../support/site/site.ts";

function siteWith(messages: [text: string, at: string][]) {
  const site = recordingSite(["harborlight"]);
  for (const [text, at] of messages) {
    site.recorder.receive(1, [{ kind: "message", channel: "harborlight", text, tags: [] }], Date.parse(at));
  }
  return site;
}

const HATS: [text: string, at: string][] = [
  ["hat", "2026-11-20T10:00:00Z"],
  ["a hat", "2026-11-20T10:00:30Z"],
  ["no", "2026-11-20T11:00:00Z"],
  ["hat & coat", "2026-11-21T23:59:00Z"],
  ["hat <3", "2026-11-22T09:15:00Z"],
];

const links = (html: string) =>
  [...html.matchAll(/<th scope="row"><a href="([^"]+)">([^<]+)<\/a><\/th><td class="number">(\d+)</g)]
    .map(([, href, name, count]) => ({ href: href!.replaceAll("&amp;", "&"), name, count: Number(count) }));

Deno.test("a search is counted by time, and each bar leads to its messages", async () => {
  using site = siteWith(HATS);
  const answer = await site.request("/search/messages/histogram?q=hat", {
    headers: { "HX-Request": "true" },
  });
  assert.equal(answer.status, 200);
  const html = await answer.text();
  assert.match(html, /<strong>4 messages<\/strong>/);
  assert.match(html, /<title>20 Nov 2026, 10:00 · 2 messages<\/title>/);
  const bars = links(html);
  assert.equal(bars.reduce((sum, { count }) => sum + count, 0), 4);
  for (const { href, count } of bars) {
    const page = await (await site.request(href)).text();
    assert.equal([...page.matchAll(/data-id="/g)].length, count, href);
  }
});

Deno.test("a thread is counted exactly, although it is a few of very many messages", async () => {
  using site = siteWith(
    Array.from(
      { length: 6_000 },
      (_, n) => [`word ${n}`, new Date(Date.UTC(2026, 10, 20) + n * 1_000).toISOString()],
    ),
  );
  const uuid = (n: number) => `11111111-2222-4333-8444-00000000000${n}`;
  const said = (n: number, ageS: number, tags: string[] = []) =>
    site.recorder.receive(
      1,
      [{ kind: "message", channel: "harborlight", text: "in the thread", uuid: uuid(n), tags }],
      Date.UTC(2026, 10, 20, 2) + ageS * 1_000,
    )[0]!;
  const reply = [`reply-parent-msg-id=${uuid(1)}`, `reply-thread-parent-msg-id=${uuid(1)}`];
  const first = said(1, 0);
  said(2, 60, reply);
  const last = said(3, 3_600, reply);
  for (const { id } of [first, last]) {
    const html = await (await site.request(`/search/messages/histogram?q=thread:${id}`)).text();
    assert.match(html, /<strong>3 messages<\/strong>/);
    const page = await (await site.request(`/search/messages?q=thread:${id}`)).text();
    assert.equal(page.match(/in the thread/g)?.length, 3);
  }
});

Deno.test("a bar replaces the dates of the search", async () => {
  using site = siteWith(HATS);
  const html = await (await site.request("/search/messages/histogram?q=hat+after%3A2026-11-21+-coat")).text();
  assert.match(html, /<strong>1 message<\/strong>/);
  const [bar] = links(html);
  const q = new URLSearchParams(bar!.href.split("?")[1]).get("q")!;
  assert.match(q, /^hat -coat after:2026-11-22T09:\d\d before:2026-11-22T09:\d\d$/);
});

Deno.test("the first and the last bar keep the bounds of the search", async () => {
  using site = siteWith(HATS);
  const q = "hat after:2026-11-20T10:00:10.500 before:2026-11-22T09:15:00.001";
  const html = await (await site.request(`/search/messages/histogram?${new URLSearchParams({ q })}`)).text();
  const bars = links(html);
  assert.equal(bars.reduce((sum, { count }) => sum + count, 0), 3);
  for (const { href, count } of bars) {
    const page = await (await site.request(href)).text();
    assert.equal([...page.matchAll(/data-id="/g)].length, count, href);
  }
});

const GAMES = 9_000;

/** Half of them say "good game", half "game good". */
function siteWithGames() {
  const site = recordingSite(["harborlight"]);
  const startedAt = Date.parse("2026-11-01T00:00:00Z");
  for (let n = 0; n < GAMES; n++) {
    const text = n % 2 === 0 ? "good game" : "game good";
    site.recorder.receive(
      1,
      [{ kind: "message", channel: "harborlight", text, tags: [] }],
      startedAt + n * 60_000,
    );
  }
  return site;
}

/** Follows the links of counts that a busy machine stopped. */
async function wholeCount(site: ReturnType<typeof testSite>, address: string): Promise<string> {
  const headers = { "HX-Request": "true" };
  for (let steps = 0; steps < 200; steps++) {
    const html = await (await site.request(address, { headers })).text();
    const next = addressIn(html, /<a href="([^"]+)">Count on/);
    if (!next) return html;
    assert.match(html, /<strong>[\d,]+ messages?<\/strong> so far/);
    assert.ok(
      html.includes(`hx-get="${next.replaceAll("&", "&amp;")}" hx-trigger="load"`),
      "it continues by itself",
    );
    address = next;
  }
  throw new Error(`${address} has no end`);
}

const addressIn = (html: string, pattern: RegExp) => pattern.exec(html)?.[1]?.replaceAll("&amp;", "&");

Deno.test("if the index only narrows a search, a sample tells about how many match, and a link counts all", async () => {
  using site = siteWithGames();
  const html = await (await site.request('/search/messages/histogram?q="good+game"')).text();
  const [, about, plusMinus] = /About ([\d,]+) messages<\/strong> ± (\d+) %, from a sample of/.exec(html) ??
    [];
  const estimate = Number(about?.replaceAll(",", ""));
  // The bound is about two standard deviations; six are never exceeded. Two digits of the estimate are shown.
  const bound = 3 * Number(plusMinus) / 100 * estimate + 50;
  assert.ok(Math.abs(estimate - GAMES / 2) <= bound, `${about} ± ${plusMinus}`);
  const counted = await wholeCount(site, addressIn(html, /<a href="([^"]+)"[^>]*>Count exactly/)!);
  assert.match(counted, /<strong>4,500 messages<\/strong>/);
  assert.equal(links(counted).reduce((sum, { count }) => sum + count, 0), GAMES / 2);
});

Deno.test("a search of which the index knows nothing is counted on request", async () => {
  using site = siteWith(HATS);
  const html = await (await site.request("/search/messages/histogram?q=%2Fh.t%2F")).text();
  assert.match(html, /Too many to count at once/);
  const counted = await site.request(addressIn(html, /<a href="([^"]+)"[^>]*>Count exactly/)!);
  assert.match(await counted.text(), /<strong>4 messages<\/strong>/);
});

Deno.test("counts so far fit into an address and come back unchanged", () => {
  const list = fc.array(fc.nat(5_000_000), { minLength: 1, maxLength: 168 });
  fc.assert(fc.property(fc.nat(2 ** 41), list, list, (from, counts, hours) => {
    assert.deepEqual(unpackCounts(packCounts({ from, counts, hours })), { from, counts, hours });
  }));
  assert.deepEqual(unpackCounts("x~..~"), { from: 33, counts: [0, 0, 0], hours: [0] });
});

Deno.test("the page of results loads the count by itself, and links to it", async () => {
  using site = siteWith(HATS);
  const html = await (await site.request("/search/messages?q=hat")).text();
  assert.match(html, /id="how-many"[^>]*hx-get="\/search\/messages\/histogram\?q=hat"[^>]*hx-trigger="load"/);
  assert.match(html, /<a href="\/search\/messages\/histogram\?q=hat">How many, and when<\/a>/);
  const wrong = await site.request("/search/messages/histogram?q=before%3Asoon");
  assert.equal(wrong.headers.get("Location"), "/search/messages?q=before%3Asoon");
});
