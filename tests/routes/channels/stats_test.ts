import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../../src/clock.ts";
import { recordingSite } from "../../support/site/site.ts";
import { person } from "../../support/archive/events.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const TAGS = ["emotes=", "first-msg=0", "flags=", "returning-chatter=0"];

/** Two days of chat: Ann writes every hour, Ben every third with an emote, and Cleo once, for the first time. */
function siteWithChat() {
  const site = recordingSite(["harborlight", "mossgarden"], {}, () => NOW);
  const say = (author: string, at: number, text: string, tags = TAGS) =>
    void site.recorder.receive(1, [{
      kind: "message",
      channel: "harborlight",
      author: person(author.charCodeAt(0), author),
      text,
      tags,
    }], at);
  for (let hour = 48; hour > 0; hour--) {
    const at = NOW - hour * HOUR_MS + 10;
    say("ann", at, "good morning");
    if (hour % 3 === 0) say("ben", at + 1_000, "Kappa hello", ["emotes=25:0-4", ...TAGS.slice(1)]);
    if (hour === 30) say("cleo", at + 2_000, "kraken!", ["emotes=", "first-msg=1", ...TAGS.slice(2)]);
  }
  site.recorder.writer.flushCounters();
  return site;
}

const rowsOf = (html: string) =>
  [...html.matchAll(
    /<a href="\/users\/\d+">([^<]+)<\/a><\/th><td class="number"><a href="([^"]+)">([\d,]+)</g,
  )]
    .map(([, name, href, messages]) => ({
      name,
      href: href!.replaceAll("&amp;", "&"),
      messages: Number(messages),
    }));

const figure = (html: string, title: string) =>
  new RegExp(`<dt>${title}</dt><dd>(?:<a href="([^"]+)">)?([^<]+)`).exec(html);

Deno.test("the statistics of a channel show numbers, times and people, and each number links to its messages", async () => {
  using site = siteWithChat();
  const html = await (await site.request("/channels/1/stats?after=7d")).text();
  assert.equal(figure(html, "Messages")![2], "65");
  assert.equal(figure(html, "People")![2], "3");
  assert.equal(figure(html, "First messages")![2], "1");
  assert.equal(figure(html, "Raids")![2], "0");
  const people = rowsOf(await (await site.request("/channels/1/people?after=7d")).text());
  assert.deepEqual(people.map(({ name, messages }) => [name, messages]), [["ann", 48], ["ben", 16], [
    "cleo",
    1,
  ]]);
  for (const { href, messages } of people) {
    const page = await (await site.request(`${href}&page_size=100`)).text();
    assert.equal([...page.matchAll(/data-id="/g)].length, messages, href);
  }
  const first = await site.request(figure(html, "First messages")![1]!.replaceAll("&amp;", "&"));
  assert.match(await first.text(), /kraken/);
});

Deno.test("the statistics of a span count exactly its messages", async () => {
  using site = siteWithChat();
  const html = await (await site.request("/channels/1/people?after=2026-11-19&before=2026-11-20")).text();
  assert.deepEqual(rowsOf(html).map(({ name, messages }) => [name, messages]), [["ann", 24], ["ben", 8], [
    "cleo",
    1,
  ]]);
  const narrow =
    await (await site.request("/channels/1/stats?after=2026-11-19T06:00&before=2026-11-19T06:01")).text();
  assert.equal(figure(narrow, "Messages")![2], "3");
  const none = await (await site.request("/channels/1/people?after=2025&before=2026")).text();
  assert.match(none, /Nobody wrote/);
});

Deno.test("a bar leads to the statistics of its time, and a minute to its messages", async () => {
  using site = siteWithChat();
  const html = await (await site.request("/channels/1/stats?after=7d")).text();
  const [bar] = [
    ...html.matchAll(/<th scope="row"><a href="([^"]+)">[^<]+<\/a><\/th><td class="number">(\d+)</g),
  ];
  const inBar = await (await site.request(bar![1]!.replaceAll("&amp;", "&"))).text();
  assert.equal(figure(inBar, "Messages")![2], bar![2]);
  const hour = await (await site.request("/channels/1/stats?after=2026-11-19T06:00&before=2026-11-19T07:00"))
    .text();
  assert.match(
    hour,
    /<th scope="row"><a href="\/search\/messages\?q=in%3Aharborlight\+after%3A2026-11-19T06%3A00/,
  );
});

Deno.test("gaps of the channel are hatched in the strip, with their reason", async () => {
  using site = siteWithChat();
  site.recorder.listened(1, [
    { from: NOW - 2 * DAY_MS, to: NOW - DAY_MS, reason: "killed" },
    { from: NOW - 20 * HOUR_MS, to: NOW - 1_000, reason: "stopped" },
  ]);
  for (const path of ["/channels/1/stats?after=7d", "/search/messages/histogram?q=in:harborlight+good"]) {
    const html = await (await site.request(path)).text();
    assert.match(
      html,
      /<rect class="gap"[^>]*><title>Not recorded for 4 h: Scrollback ended without warning</,
      path,
    );
    assert.match(html, /hatched: not recorded/);
  }
  const all = await (await site.request("/search/messages/histogram?q=good")).text();
  assert.doesNotMatch(all, /class="gap"/, "gaps of several channels would cover each other");
});

Deno.test("topics are emotes and unusual words, load by themselves, and are a page without script", async () => {
  using site = siteWithChat();
  for (let n = 0; n < 400; n++) {
    site.recorder.receive(2, [{
      kind: "message",
      channel: "mossgarden",
      author: person(200, "dora"),
      text: "what a nice garden",
      tags: TAGS,
    }], NOW - DAY_MS + n);
  }
  site.recorder.writer.flushCounters();
  const html = await (await site.request("/channels/1/stats?after=7d")).text();
  assert.match(html, /hx-get="\/channels\/1\/stats\/topics\?after=7d" hx-trigger="load"/);
  const page = await (await site.request("/channels/1/stats/topics?after=7d")).text();
  assert.match(page, /<h1>Topics of/);
  const topics = [
    ...page.matchAll(/<a href="([^"]+)"\s*><span class="text">([^<]+)<\/span><span class="number">([^<]+)/g),
  ];
  assert.deepEqual(topics.map(([, , name]) => name), ["Kappa", "good", "morning", "hello"]);
  assert.equal(topics[0]![3], "16");
  assert.match(topics[1]![3]!, /^48 · 7\.\d times as often$/);
  assert.match(topics[1]![1]!, /q=good\+in%3Aharborlight\+after%3A2026-11-13T12%3A00/);
});

Deno.test("an invalid date and an empty span are reported beside their field, and the form stays", async () => {
  using site = siteWithChat();
  for (
    const [query, field, words] of [
      ["after=last+week", "after", /“last week” is no date or time: write 2026-11-03/],
      ["before=2026-13", "before", /“2026-13” is no date or time/],
      ["after=2026-11-19&before=2026-11-19", "before", /This is not after “2026-11-19”/],
      ["before=1970", "before", /Nothing is before “1970”/],
    ] as const
  ) {
    const answer = await site.request(`/channels/1/stats?${query}`);
    assert.equal(answer.status, 400, query);
    const html = await answer.text();
    const [, problem] = new RegExp(`id="f-${field}-problem">([^<]+)<`).exec(html) ?? [];
    assert.match(problem ?? "", words);
    assert.match(html, /<form class="spans-form"/);
    const topics = await site.request(`/channels/1/stats/topics?${query}`);
    assert.equal(topics.status, 302);
    assert.match(topics.headers.get("Location")!, /^\/channels\/1\/stats\?/);
  }
  assert.equal((await site.request("/channels/99/stats")).status, 404);
  assert.equal(
    (await site.request("/channels/harborlight/stats?after=7d")).headers.get("Location"),
    "/channels/1/stats?after=7d",
  );
});

Deno.test("a bar at the end of a span leads to the part of it that is counted", async () => {
  using site = siteWithChat();
  const html = await (await site.request("/channels/1/stats?after=2026-11-18T20:30&before=2026-11-19T20:30"))
    .text();
  const bars = [
    ...html.matchAll(/<th scope="row"><a href="([^"]+)">[^<]+<\/a><\/th><td class="number">(\d+)</g),
  ];
  for (const [, href, count] of [bars[0]!, bars.at(-1)!]) {
    const page = await (await site.request(href!.replaceAll("&amp;", "&"))).text();
    assert.equal(figure(page, "Messages")![2], count, href);
  }
});

Deno.test("a channel that has long been silent shows its whole time", async () => {
  using site = siteWithChat();
  using later = recordingSite(["harborlight"], {}, () => NOW + 90 * DAY_MS);
  later.recorder.receive(1, [{
    kind: "message",
    channel: "harborlight",
    author: person(9, "ann"),
    text: "a",
    tags: TAGS,
  }], NOW);
  later.recorder.writer.flushCounters();
  const html = await (await later.request("/channels/1/stats")).text();
  assert.match(html, /aria-current="true">All</);
  assert.equal(figure(html, "Messages")![2], "1");
  assert.match(await (await site.request("/channels/1/stats")).text(), /aria-current="true">30 d</);
});
