import assert from "node:assert/strict";
import { testSite } from "../../support/site/site.ts";

async function siteWith(messages: [text: string, at: string][]) {
  const site = testSite();
  await site.recorder.addChannels(["harborlight"]);
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
  using site = await siteWith(HATS);
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

Deno.test("a bar replaces the dates of the search", async () => {
  using site = await siteWith(HATS);
  const html = await (await site.request("/search/messages/histogram?q=hat+after%3A2026-11-21+-coat")).text();
  assert.match(html, /<strong>1 message<\/strong>/);
  const [bar] = links(html);
  const q = new URLSearchParams(bar!.href.split("?")[1]).get("q")!;
  assert.match(q, /^hat -coat after:2026-11-22T09:\d\d before:2026-11-22T09:\d\d$/);
});

Deno.test("the first and the last bar keep the bounds of the search", async () => {
  using site = await siteWith(HATS);
  const q = "hat after:2026-11-20T10:00:10.500 before:2026-11-22T09:15:00.001";
  const html = await (await site.request(`/search/messages/histogram?${new URLSearchParams({ q })}`)).text();
  const bars = links(html);
  assert.equal(bars.reduce((sum, { count }) => sum + count, 0), 3);
  for (const { href, count } of bars) {
    const page = await (await site.request(href)).text();
    assert.equal([...page.matchAll(/data-id="/g)].length, count, href);
  }
});

Deno.test("a search that the index does not decide is not counted, and says so", async () => {
  using site = await siteWith(HATS);
  const html = await (await site.request("/search/messages/histogram?q=c%2B%2B")).text();
  assert.match(html, /Not counted: this search has parts that are checked message by message/);
});

Deno.test("the page of results loads the count by itself, and links to it", async () => {
  using site = await siteWith(HATS);
  const html = await (await site.request("/search/messages?q=hat")).text();
  assert.match(html, /id="how-many"[^>]*hx-get="\/search\/messages\/histogram\?q=hat"[^>]*hx-trigger="load"/);
  assert.match(html, /<a href="\/search\/messages\/histogram\?q=hat">How many, and when<\/a>/);
  const wrong = await site.request("/search/messages/histogram?q=before%3Asoon");
  assert.equal(wrong.headers.get("Location"), "/search/messages?q=before%3Asoon");
});
