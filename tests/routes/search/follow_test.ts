import assert from "node:assert/strict";
import { person } from "../../support/archive/events.ts";
import { recordingSite, type TestSite } from "../../support/site/site.ts";
import { until } from "../../support/until.ts";

const ANN = person(11, "ann");
const BEN = person(12, "ben");

function siteWithHats(): TestSite {
  const site = recordingSite(["harborlight", "pebblecove"]);
  say(site, 1, "an old hat");
  say(site, 2, "no");
  say(site, 2, "another hat", BEN);
  return site;
}

function say(site: TestSite, channelId: number, text: string, author = ANN): number {
  const channel = channelId === 1 ? "harborlight" : "pebblecove";
  return site.recorder.receive(channelId, [{ kind: "message", channel, text, tags: [], author }])[0]!.id;
}

const idsIn = (html: string) => [...html.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));

/** Reads the stream of a search until it has the message that `act` returns. */
async function streamUntil(site: TestSite, address: string, act: () => number): Promise<string> {
  const answer = await site.request(address);
  assert.equal(answer.status, 200);
  await until(() => site.recorder.watched.size > 0);
  const end = `data-id="${act()}"`;
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(end)) break;
  }
  return text;
}

Deno.test("a live search shows the newest matches, oldest first, with their channel and their words marked", async () => {
  using site = siteWithHats();
  const html = await (await site.request("/search/follow?q=hat")).text();
  const hats = site.recorder.stored.filter(({ text }) => text.includes("hat")).map(({ id }) => id);
  assert.deepEqual(idsIn(html), hats);
  assert.match(html, /href="\/channels\/2">#pebblecove<\/a>/);
  assert.match(html, /<mark>hat<\/mark>/);
  assert.match(html, /data-live="\/search\/follow\?q=hat"/);
});

Deno.test("its stream sends what matches, of all channels, in the order in which it was said", async () => {
  using site = siteWithHats();
  const sent: number[] = [];
  const text = await streamUntil(site, "/search/follow/live?q=hat+-from%3Aben", () => {
    sent.push(say(site, 1, "hat one"));
    say(site, 1, "nothing");
    say(site, 2, "ben's hat", BEN);
    sent.push(say(site, 2, "last hat"));
    return sent.at(-1)!;
  });
  assert.deepEqual(idsIn(text), sent);
  assert.match(text, /<mark>hat<\/mark>/);
  assert.deepEqual([...site.recorder.watched], []);
});

Deno.test("a search of one channel watches only this channel", async () => {
  using site = siteWithHats();
  const answer = await site.request("/search/follow/live?q=hat+in%3Apebblecove");
  assert.deepEqual([...site.recorder.watched], [2]);
  await answer.body!.cancel();
});

Deno.test("a stream that was cut resumes after the last row, and a poll returns the same", async () => {
  using site = siteWithHats();
  const after = say(site, 1, "hat seen");
  say(site, 2, "nothing");
  const missed = say(site, 2, "hat missed");
  let fresh = 0;
  const text = await streamUntil(
    site,
    `/search/follow/live?q=hat&after_id=${after}`,
    () => fresh = say(site, 1, "hat fresh"),
  );
  assert.deepEqual(idsIn(text), [missed, fresh]);
  const poll = await site.request(`/search/follow/messages/stream?q=hat&after_id=${after}`);
  assert.deepEqual(idsIn(await poll.text()), [missed, fresh]);
  assert.equal((await site.request(`/search/follow/messages/stream?q=hat&after_id=${fresh}`)).status, 204);
});

Deno.test("older matches are loaded in pages", async () => {
  using site = siteWithHats();
  for (let n = 0; n < 120; n++) say(site, 1, `hat ${n}`);
  const html = await (await site.request("/search/follow?q=hat")).text();
  const ids = idsIn(html);
  assert.equal(ids.length, 100);
  const older = /hx-get="([^"]+before_id=\d+)"/.exec(html)![1]!.replaceAll("&amp;", "&");
  const page = await (await site.request(older)).text();
  const hats = site.recorder.stored.filter(({ text }) => text.includes("hat")).map(({ id }) => id);
  assert.deepEqual([...idsIn(page), ...ids], hats);
  assert.match(page, /No earlier matches/);
});

Deno.test("a search with a mistake leads to the page that shows it", async () => {
  using site = siteWithHats();
  for (const part of ["", "/live", "/messages", "/messages/stream"]) {
    const answer = await site.request(`/search/follow${part}?q=before%3Asoon`);
    assert.equal(answer.headers.get("Location"), "/search/messages?q=before%3Asoon", part);
  }
});
