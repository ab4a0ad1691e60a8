import assert from "node:assert/strict";
import { readLine } from "../../../src/irc/read.ts";
import { testSite } from "../../support/site/site.ts";

const ROOMS: Record<string, number> = { lake: 9001, hill: 9002, moor: 9003 };

function shared(
  channel: keyof typeof ROOMS,
  source: keyof typeof ROOMS,
  sourceId: string,
  text: string,
): string {
  return `@badges=;display-name=ann;emotes=;id=${crypto.randomUUID()};room-id=${
    ROOMS[channel]
  };source-id=${sourceId};` +
    `source-room-id=${ROOMS[source]};user-id=11 :ann!ann@ann.tmi.twitch.tv PRIVMSG #${channel} :${text}`;
}

function siteWithSharedChat() {
  const site = testSite();
  for (const [login, twitchId] of Object.entries(ROOMS)) {
    site.recorder.writer.createChannel(login, 1);
    site.recorder.writer.identifyChannel(login, twitchId, 1);
  }
  const say = (at: number, line: string) => {
    const reading = readLine(line);
    assert.ok(reading.kind === "chat");
    const [channel] = Object.keys(ROOMS).flatMap((login, i) =>
      reading.event.channel === login ? [i + 1] : []
    );
    site.recorder.receive(channel!, [reading.event], at);
  };
  say(1_000, shared("hill", "lake", "a", "a shared hat"));
  say(1_010, shared("lake", "lake", "a", "a shared hat"));
  say(1_020, shared("moor", "lake", "a", "a shared hat"));
  // Its own channel is not recorded.
  say(
    2_000,
    shared("hill", "lake", "b", "hat from elsewhere").replace("source-room-id=9001", "source-room-id=777"),
  );
  say(
    2_010,
    shared("moor", "lake", "b", "hat from elsewhere").replace("source-room-id=9001", "source-room-id=777"),
  );
  say(3_000, shared("lake", "lake", "c", "one hat").replace(/source-id=c;source-room-id=9001;/, ""));
  return site;
}

const rowsOf = (html: string) =>
  [...html.matchAll(/<li\s[^>]*data-id="\d+"[\s\S]*?<\/li>/g)].map(([row]) => row);
const channelsIn = (row: string) =>
  [...row.matchAll(/<a class="in"[^>]*>\s*(\+ )?#(\w+)/g)].map(([, plus, name]) => `${plus ?? ""}${name}`);

Deno.test("copies of shared chat are rows of their own, and a link shows each message once, with its own channel first", async () => {
  using site = siteWithSharedChat();
  const html = await (await site.request("/search/messages?q=hat")).text();
  assert.equal(rowsOf(html).length, 6);
  const [, link] = /<a href="([^"]+)">Show each message once<\/a>/.exec(html)!;
  const once = await (await site.request(link!.replaceAll("&amp;", "&"))).text();
  assert.deepEqual(rowsOf(once).map(channelsIn), [["lake"], ["moor", "+ hill"], [
    "lake",
    "+ moor",
    "+ hill",
  ]]);
  const oldest = await (await site.request("/search/messages?q=hat&order=oldest&copies=one")).text();
  assert.deepEqual(rowsOf(oldest).map((row) => channelsIn(row)[0]), ["lake", "moor", "lake"]);
  assert.match(oldest, /Show each</);
});

Deno.test("without shared messages, the page does not mention copies", async () => {
  using site = siteWithSharedChat();
  assert.doesNotMatch(await (await site.request("/search/messages?q=one+hat")).text(), /shared chat/);
});
