/** Questions that people come with, each answered by the pages, from the lines that Twitch sends. */
import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../src/clock.ts";
import { readLine } from "../../src/irc/read.ts";
import { type TestSite, testSite } from "../support/site/site.ts";
import { until } from "../support/until.ts";

const NOW = Date.parse("2026-11-20T18:00:00Z");
const YESTERDAY = NOW - DAY_MS;
const LAST_MARCH = Date.parse("2026-03-15T20:00:00Z");
const ROOM = "room-id=9001";
const THREAD = "885196de-cb67-427a-baa8-82f9b0fcd05f";
const DELETED = "0b0e0c9a-1111-4222-8333-444455556666";

interface More {
  tags?: string;
  id?: string;
  badges?: string;
}

function privmsg(
  login: string,
  text: string,
  { tags = "", id = crypto.randomUUID(), badges = "" }: More = {},
): string {
  const user = login.charCodeAt(0) * 10 + login.length;
  return `@badges=${badges};display-name=${login};emotes=;first-msg=0;id=${id};${ROOM};user-id=${user};${tags}` +
    `returning-chatter=0 :${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #lake :${text}`;
}

function usernotice(login: string, kind: string, sentence: string): string {
  return `@badges=;display-name=${login};emotes=;id=${crypto.randomUUID()};login=${login};msg-id=${kind};${ROOM};` +
    `system-msg=${sentence.replaceAll(" ", "\\s")};user-id=77 :tmi.twitch.tv USERNOTICE #lake`;
}

/** Months of a channel, with something of everything. */
function story(): TestSite {
  const site = testSite({}, () => NOW);
  site.recorder.writer.createChannel("lake", LAST_MARCH - DAY_MS);
  site.recorder.writer.identifyChannel("lake", 9001, LAST_MARCH - DAY_MS);
  const say = (at: number, ...lines: string[]) => {
    for (const [n, line] of lines.entries()) {
      const reading = readLine(line);
      assert.ok(reading.kind === "chat", line);
      site.recorder.receive(1, [reading.event], at + n * 1_000);
    }
  };
  say(
    LAST_MARCH,
    privmsg("ann", "the kraken fight was fun"),
    privmsg("ben", "what kraken"),
    privmsg("ann", "gg"),
  );
  say(LAST_MARCH + 40 * DAY_MS, privmsg("ann", "no kraken today"));
  for (let day = 5; day > 1; day--) {
    for (let n = 0; n < day; n++) {
      say(NOW - day * DAY_MS + n * HOUR_MS, privmsg(n % 3 === 0 ? "ben" : "ann", "hype hype"));
    }
  }
  say(
    YESTERDAY,
    privmsg("spammer", "buy followers at https://spam.example/x"),
    privmsg("spammer", "last chance"),
    `@${ROOM};target-user-id=${"s".charCodeAt(0) * 10 + 7} :tmi.twitch.tv CLEARCHAT #lake :spammer`,
    privmsg("rude", "go away all of you", { id: DELETED }),
    `@login=rude;target-msg-id=${DELETED};${ROOM} :tmi.twitch.tv CLEARMSG #lake :go away all of you`,
  );
  say(
    NOW - 3 * HOUR_MS,
    usernotice("cleo", "sub", "cleo subscribed at Tier 1."),
    usernotice("dora", "resub", "dora subscribed at Tier 1. They've subscribed for 12 months!"),
    usernotice("ella", "subgift", "ella gifted a Tier 1 sub to ben!"),
    usernotice("bigname", "raid", "250 raiders from bigname have joined!"),
    privmsg("newbie", "hello, first time here", { tags: "" }).replace("first-msg=0", "first-msg=1"),
    privmsg("fan", "Cheer500 love the show", { tags: "bits=500;" }),
    privmsg("fan", "Cheer50 again", { tags: "bits=50;" }),
    privmsg("mod_one", "rules: https://lake.example/rules", { badges: "moderator/1" }),
    privmsg("ben", "see https://example.org/clip"),
    privmsg("ann", "is the stream laggy for anyone", { id: THREAD }),
    privmsg("ben", "@ann not for me", {
      tags: `reply-parent-msg-id=${THREAD};reply-parent-user-login=ann;reply-parent-display-name=ann;` +
        `reply-thread-parent-msg-id=${THREAD};`,
    }),
    privmsg("cleo", "hey @streamer please restart"),
    privmsg("ann", "Kappa Kappa").replace("emotes=;", "emotes=25:0-4,6-10;"),
    privmsg("ann", "PogChamp").replace("emotes=;", "emotes=305954156:0-7;"),
    privmsg("ben", "Kappa").replace("emotes=;", "emotes=25:0-4;"),
  );
  site.recorder.listened(1, [
    { from: LAST_MARCH - DAY_MS, to: YESTERDAY + 2 * HOUR_MS, reason: "connection lost" },
    { from: YESTERDAY + 5 * HOUR_MS, to: NOW, reason: "stopped" },
  ]);
  site.recorder.writer.flushCounters();
  return site;
}

async function page(site: TestSite, address: string): Promise<string> {
  const answer = await site.request(address);
  assert.equal(answer.status, 200, address);
  return await answer.text();
}

const search = (site: TestSite, q: string, part = "") =>
  page(site, `/search/messages${part}?${new URLSearchParams({ q })}`);

const rowsIn = (html: string) => [...html.matchAll(/data-id="/g)].length;

const QUESTIONS: [question: string, answer: (site: TestSite) => Promise<void>][] = [
  ["what did ann say about the kraken last March?", async (site) => {
    const html = await search(site, "from:ann kraken on:2026-03");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /<mark>kraken<\/mark> fight was fun/);
  }],
  ["who was banned yesterday, and what had they said?", async (site) => {
    const bans = await search(site, "is:ban on:yesterday");
    assert.equal(rowsIn(bans), 1);
    const [, person] = /href="(\/users\/[^"]+)"[^>]*>spammer</.exec(bans)!;
    const profile = await site.request(person!);
    const said = profile.status === 302
      ? await page(site, profile.headers.get("Location")!)
      : await profile.text();
    assert.match(said, /buy followers at/);
    assert.match(said, /last chance/);
  }],
  ["how often was “hype” said on each day?", async (site) => {
    const html = await search(site, "hype after:2026-11-14", "/histogram");
    assert.match(html, /<strong>14 messages<\/strong>/);
    const byDay: Record<string, number> = {};
    for (
      const [, day, n] of html.matchAll(
        /after%3A(2026-11-\d\d)[^"]*">[^<]+<\/a><\/th><td class="number">(\d+)</g,
      )
    ) {
      byDay[day!] = (byDay[day!] ?? 0) + Number(n);
    }
    assert.equal(byDay["2026-11-15"], 5);
    assert.equal(byDay["2026-11-18"], 2);
  }],
  ["who says “hype” most?", async (site) => {
    const html = await search(site, "hype", "/facets");
    const people = html.slice(html.indexOf("<h2>People</h2>"), html.indexOf("<h2>Kinds"));
    const names = [...people.matchAll(/<span class="text">([^<]+)<\/span><span class="number">(\d+)/g)];
    assert.deepEqual(names.map(([, name, n]) => [name, n]), [["ann", "8"], ["ben", "6"]]);
  }],
  ["tell me when the kraken is mentioned again", async (site) => {
    const live = await site.request("/search/follow/live?q=kraken");
    await until(() => site.recorder.watched.size > 0);
    const reading = readLine(privmsg("zoe", "the KRAKEN is back"));
    assert.ok(reading.kind === "chat");
    site.recorder.receive(1, [reading.event], NOW);
    let stream = "";
    for await (const chunk of live.body!.pipeThrough(new TextDecoderStream())) {
      stream += chunk;
      if (stream.includes("is back")) break;
    }
    assert.match(stream, /<mark>KRAKEN<\/mark> is back/);
    assert.match(
      await page(site, "/search/messages?q=kraken&format=atom"),
      /zoe in #lake: the KRAKEN is back/,
    );
  }],
  ["which messages surround the moment of the ban?", async (site) => {
    const html = await page(
      site,
      `/search/messages?q=in:lake&at=${new Date(YESTERDAY + 2_000).toISOString().slice(0, 19)}`,
    );
    assert.ok(html.indexOf("go away all") < html.indexOf("last chance"), "newest first");
    assert.match(html, /before it/);
  }],
  ["which messages were deleted, and what did they say?", async (site) => {
    const html = await search(site, "is:deleted -from:spammer");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /go away all of you/);
  }],
  ["who subscribed this month?", async (site) => {
    const html = await search(site, "is:sub is:resub is:gift after:2026-11-01");
    assert.equal(rowsIn(html), 3);
    for (const name of ["cleo", "dora", "ella"]) assert.ok(html.includes(name), name);
  }],
  ["who raided us, and with how many?", async (site) => {
    assert.match(await search(site, "is:raid"), /250 raiders from/);
  }],
  ["which links did people post who are no moderators?", async (site) => {
    const html = await search(site, "has:link -is:mod after:7d");
    assert.equal(rowsIn(html), 2);
    assert.match(html, /https:\/\/example\.org\/clip/);
    assert.doesNotMatch(html, /lake\.example\/rules/);
  }],
  ["who mentioned me?", async (site) => {
    const html = await search(site, "mentions:streamer");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /please restart/);
  }],
  ["who replied to ann?", async (site) => {
    const html = await search(site, "to:ann");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /not for me/);
  }],
  ["what did the whole conversation look like?", async (site) => {
    const html = await search(site, `thread:${THREAD}`);
    assert.equal(rowsIn(html), 2);
    assert.match(html, /stream laggy/);
    assert.match(html, /not for me/);
  }],
  ["who wrote here for the first time today?", async (site) => {
    const html = await search(site, "is:first on:today");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /first time here/);
  }],
  ["who cheered more than 100 bits?", async (site) => {
    const html = await search(site, "bits:>100");
    assert.equal(rowsIn(html), 1);
    assert.match(html, /love the show/);
  }],
  ["who wrote most this month?", async (site) => {
    const html = await page(site, "/channels/1/people?after=2026-11");
    const [, name, messages] =
      /<td class="number">1<\/td><th scope="row"><a href="[^"]+">([^<]+)<\/a><\/th><td class="number"><a href="[^"]+">(\d+)</
        .exec(html)!;
    assert.deepEqual([name, messages], ["ann", "11"]);
  }],
  ["which emotes are used most?", async (site) => {
    const html = await page(site, "/channels/1/stats/topics?after=2026-11");
    const emotes = [
      ...html.matchAll(
        /emote%3A(\w+)\+in[^"]*"\s*><span class="text">\w+<\/span><span class="number">(\d+)/g,
      ),
    ];
    assert.deepEqual(emotes.map(([, name, n]) => [name, n]), [["Kappa", "2"], ["PogChamp", "1"]]);
  }],
  ["when in the week is chat busiest?", async (site) => {
    const html = await page(site, "/channels/1/stats?after=2026-11");
    assert.match(html, /Most: Friday, 15:00 UTC, 15 messages/);
  }],
  ["did we miss anything yesterday?", async (site) => {
    assert.match(
      await page(site, "/channels/1/stats?after=yesterday&before=today"),
      /Not recorded for 3 h: the connection to Twitch was lost/,
    );
    assert.match(await search(site, "in:lake on:yesterday"), /Results may be missing: 1 channel has gaps/);
  }],
  ["can I have everything that ann wrote, as a table?", async (site) => {
    const csv = await page(site, "/search/messages?q=from:ann&format=csv&order=oldest");
    const lines = csv.trim().split("\r\n");
    assert.equal(lines.length, 1 + 14);
    assert.match(lines[1]!, /the kraken fight was fun/);
  }],
];

for (const [question, answer] of QUESTIONS) {
  Deno.test(question, async () => {
    using site = story();
    await answer(site);
    assert.deepEqual(site.faults, []);
  });
}
