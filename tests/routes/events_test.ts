/** The log of what moderators did, and the streams of channels. */
import assert from "node:assert/strict";
import type { ChatEvent } from "../../src/chat/events.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";
import { message, person } from "../support/archive/events.ts";
import { lakeSite, recordingSite, type TestSite } from "../support/site/site.ts";

const NOW = Date.UTC(2026, 10, 3, 20);
const ANN = person(11, "ann", { displayName: "Ann" });
const BEN = person(12, "ben", { displayName: "Ben" });

const timedOut = (seconds: number): ChatEvent =>
  message({ userId: 11, login: "ann", flags: "" }, "", {
    kind: "timeout",
    tags: [`ban-duration=${seconds}`],
  });

function moderated(): TestSite {
  const site = recordingSite(["lake", "hill"], {}, () => NOW);
  const tell = (ageMs: number, ...events: ChatEvent[]) => site.recorder.receive(1, events, NOW - ageMs);
  tell(100 * DAY_MS, timedOut(1));
  tell(20 * DAY_MS, timedOut(60));
  tell(30 * MINUTE_MS, message(ANN, "one"), message(ANN, "two"), message(BEN, "between"));
  tell(29 * MINUTE_MS, message(ANN, "three"), message(ANN, "four"));
  tell(28 * MINUTE_MS, timedOut(600));
  tell(20 * MINUTE_MS, message(BEN, "oops", { uuid: "11111111-2222-4333-8444-555555555555" }));
  tell(
    20 * MINUTE_MS - 4_000,
    message({ login: "ben", flags: "" }, "oops", {
      kind: "deletion",
      uuid: "11111111-2222-4333-8444-555555555555",
      tags: [],
    }),
  );
  tell(
    10 * MINUTE_MS,
    message(BEN, "", { kind: "notice", tags: ["msg-id=raid", "system-msg=9\\sraiders!"] }),
  );
  return site;
}

const page = async (site: TestSite, path: string) => {
  const answer = await site.request(path);
  assert.equal(answer.status, 200, path);
  return (await answer.text()).replaceAll(/\s+/g, " ");
};

Deno.test("an incident shows the messages before it, and the number of incidents in 90 days", async () => {
  using site = moderated();
  const html = await page(site, "/channels/1/events?kind=timeouts");
  const newest = /was timed out for 10 min.*?<li class="incident">(.*?)<\/ol><\/li>/.exec(html)![1]!;
  assert.match(newest, /2nd in 90 days/);
  const before = [...newest.matchAll(/<span class="text"[^>]*>([^<]+)</g)].map(([, text]) => text);
  assert.deepEqual(before, ["two", "three", "four"]);
  // The first one is 100 days old.
  assert.doesNotMatch(/was timed out for 1 s.*/.exec(html)![0], /in 90 days/);
});

Deno.test("a timeout that is set again at once is shown, but is no second incident", async () => {
  using site = lakeSite({}, () => NOW);
  const tell = (ageMs: number, ...events: ChatEvent[]) => site.recorder.receive(1, events, NOW - ageMs);
  const banned: ChatEvent = { ...timedOut(1), kind: "ban", tags: [] };
  tell(30 * MINUTE_MS, message(ANN, "spam"));
  tell(29 * MINUTE_MS, timedOut(1));
  tell(29 * MINUTE_MS - 4_000, timedOut(600));
  tell(29 * MINUTE_MS - 9_000, banned);
  tell(20 * MINUTE_MS, timedOut(601));
  tell(20 * MINUTE_MS - 60_000, timedOut(602));
  const html = await page(site, "/channels/1/events");
  const notes = [
    ...html.matchAll(
      /class="row (?:timeout|ban)".*?was (banned|timed out for \S+ \S+?)<.*?(?=class="row |<\/main>)/g,
    ),
  ].map(([text, words]) => [words, /<p class="note">(.*?)<\/p>/.exec(text)?.[1]]);
  assert.deepEqual(notes, [
    ["timed out for 10 min", "4th in 90 days"],
    ["timed out for 10 min", "3rd in 90 days"],
    ["banned", "2nd in 90 days"],
    ["timed out for 10 min", "the same incident: again after 4 s"],
    ["timed out for 1 s", ""],
  ]);
  assert.equal(html.match(/>spam</g)?.length, 4, "what was said before is shown once an incident");
});

Deno.test("if a person has very many incidents, the newest 51 are counted", async () => {
  using site = lakeSite({}, () => NOW);
  for (let n = 0; n < 52; n++) site.recorder.receive(1, [timedOut(n + 1)], NOW - (60 - n) * MINUTE_MS);
  const html = await page(site, "/channels/1/events");
  assert.equal(html.match(/at least 51 in 90 days/g)?.length, 2);
  assert.match(html, /50th in 90 days/);
});

Deno.test("a timeout stands for the messages that it removed; a deleted one stands for itself", async () => {
  using site = moderated();
  for (const path of ["/events?kind=moderation", "/channels/1/events?kind=moderation"]) {
    const html = (await page(site, path)).replaceAll(/<li class="incident">.*?<\/ol><\/li>/g, "");
    assert.equal(html.match(/was timed out/g)?.length, 3, path);
    assert.match(html, /data-removed="deleted after 4 s"/, path);
    assert.doesNotMatch(html, />four</, path);
    assert.doesNotMatch(html, /raiders/, path);
  }
  assert.match(await page(site, "/events"), /raiders/);
  assert.match(await page(site, "/events?kind=raids"), /raiders/);
  assert.match(await page(site, "/channels/2/events"), /Nothing of this kind was recorded/);
});

Deno.test("changes of a chat's modes have a list of their own, also over all channels", async () => {
  using site = recordingSite(["lake", "hill"], {}, () => NOW);
  const state = (...tags: string[]): ChatEvent => ({
    kind: "state",
    channel: "lake",
    roomId: 9001,
    text: "",
    tags,
  });
  const tell = (ageMs: number, event: ChatEvent) => site.recorder.receive(1, [event], NOW - ageMs);
  tell(9 * MINUTE_MS, state("emote-only=0", "followers-only=-1", "r9k=0", "slow=0", "subs-only=0"));
  tell(8 * MINUTE_MS, message(ANN, "slow mode would help"));
  tell(7 * MINUTE_MS, state("slow=30"));
  // After a new connection: nothing has changed.
  tell(6 * MINUTE_MS, state("emote-only=0", "followers-only=-1", "r9k=0", "slow=30", "subs-only=0"));
  tell(5 * MINUTE_MS, state("followers-only=10"));
  for (const path of ["/channels/1/events?kind=modes", "/events?kind=modes"]) {
    const html = await page(site, path);
    const rows = [...html.matchAll(/class="row state".*?<div class="body"[^>]*>(.*?)<\/div>/g)]
      .map(([, body]) => body!.replaceAll(/<[^>]*>/g, "").trim());
    assert.deepEqual(
      rows.map((words) => words.replace("#lake", "")),
      ["Followers-only mode on (10 min)", "Slow mode on (30 s)"],
      path,
    );
  }
  assert.match(await page(site, "/channels/2/events?kind=modes"), /Nothing of this kind was recorded/);
});

Deno.test("pages of events lead from one to the next, and back", async () => {
  using site = lakeSite({}, () => NOW);
  for (let n = 0; n < 100; n++) site.recorder.receive(1, [timedOut(n + 1)], NOW - (100 - n) * MINUTE_MS);
  const ids: string[] = [];
  let path: string | undefined = "/channels/1/events?kind=timeouts";
  for (let pages = 0; path; pages++) {
    assert.ok(pages < 4, "they end");
    const html: string = await page(site, path);
    ids.push(...[...html.matchAll(/<li id="m(\d+)" class="row timeout/g)].map(([, id]) => id!));
    path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  assert.equal(new Set(ids).size, 100);
  assert.equal(ids.length, 100);
});

Deno.test("a stream has its length, people, messages and busiest minute, and leads to its statistics", async () => {
  using site = recordingSite(["lake", "hill"], {}, () => NOW);
  for (let minute = 0; minute < 60; minute++) {
    const events = minute === 30
      ? [message(ANN, "a"), message(BEN, "b"), message(ANN, "c")]
      : [message(ANN, "a")];
    site.recorder.receive(1, events, NOW - (90 - minute) * MINUTE_MS);
  }
  const html = await page(site, "/channels/1/streams");
  assert.match(html, /3 Nov 2026<\/time>, <time[^>]*>18:30<\/time> – <time[^>]*>19:30/);
  assert.match(html, /<td class="number">1 h<\/td><td class="number" data-of="messages">62<\/td>/);
  assert.match(html, /data-of="people">2</);
  assert.match(html, /href="\/channels\/1\?at=2026-11-03T19:00:00Z">3 at/);
  const stats = /href="(\/channels\/1\/stats\?after=[^"]+)"/.exec(html)![1]!.replaceAll("&amp;", "&");
  assert.match(await page(site, stats), /<dt>Messages<\/dt><dd><a [^>]*>62</);
  const all = await page(site, "/streams");
  assert.match(all, /href="\/channels\/1\/streams">lake</);
  assert.doesNotMatch(all, /hill<\/a><\/th>/);
});

Deno.test("a thread has the message that began it and all replies, from any of them", async () => {
  using site = recordingSite(["lake", "hill"], {}, () => NOW);
  const uuid = (n: number) => `11111111-2222-4333-8444-00000000000${n}`;
  const reply = (to: number) => [
    `reply-parent-msg-id=${uuid(to)}`,
    "reply-parent-user-login=ann",
    "reply-parent-display-name=Ann",
    "reply-parent-msg-body=a",
    `reply-thread-parent-msg-id=${uuid(1)}`,
  ];
  const tell = (text: string, n: number, tags: string[] = []) =>
    site.recorder.receive(
      1,
      [message(ANN, text, { uuid: uuid(n), tags: tags.toSorted() })],
      NOW - (60 - n) * 1_000,
    );
  const [first] = tell("how old is the harbour?", 1);
  tell("something else", 2);
  tell("older than you", 3, reply(1));
  const [last] = tell("and you?", 4, reply(3));
  tell("nobody answers this", 5);
  for (const { id } of [first!, last!]) {
    const html = await page(site, `/messages/${id}/thread`);
    const texts = [...html.matchAll(/<span class="text"[^>]*>([^<]+)</g)].map(([, text]) => text);
    assert.deepEqual(texts, ["how old is the harbour?", "older than you", "and you?"]);
    assert.match(html, /3 messages/);
  }
  assert.equal((await site.request("/messages/1/thread")).status, 404);
});
