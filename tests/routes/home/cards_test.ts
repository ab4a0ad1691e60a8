/** The cards of the home page: the last stream of each channel. */
import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/clock.ts";
import type { BatchCall } from "../../../src/archive/reader_batch.ts";
import { recordingSite, type TestSite, testSite } from "../../support/site/site.ts";

const NOW = Date.UTC(2026, 10, 27, 20);
const said = (channel: string) => ({ kind: "message", channel, text: "hi", tags: [] } as const);

/** Two messages a minute. */
function stream(
  { recorder }: TestSite,
  channelId: number,
  login: string,
  from: number,
  minutes: number,
): void {
  for (let minute = 0; minute < minutes; minute++) {
    recorder.receive(channelId, [said(login), said(login)], from + minute * MINUTE_MS);
  }
  recorder.writer.flushCounters();
}

async function cards(site: TestSite): Promise<string[]> {
  const html = await site.request("/").then((answer) => answer.text());
  return [...html.matchAll(/<p class="note last-stream">(.*?)<\/p>/g)].map(([, words]) =>
    words!.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ").trim()
  );
}

Deno.test("a card shows the last stream: when it ended, its length and its messages", async () => {
  using site = recordingSite(["hill", "lake", "silent"], {}, () => NOW);
  stream(site, 1, "hill", NOW - 2 * DAY_MS, 60);
  stream(site, 2, "lake", NOW - 3 * HOUR_MS, 180);
  assert.deepEqual(await cards(site), [
    "Last stream 1 d ago · 1 h · 120 messages",
    "Stream · 3 h · 360 messages",
  ]);
  const html = await site.request("/").then((answer) => answer.text());
  const address = /last-stream"><a href="([^"]+)"/.exec(html)![1]!.replaceAll("&amp;", "&");
  assert.equal(address, "/channels/1/stats?after=2026-11-25T20%3A00&before=2026-11-25T21%3A00");
});

Deno.test("streams are read a few channels at a time, and again only after new messages", async () => {
  let now = NOW;
  using site = testSite({}, () => now);
  const logins = Array.from({ length: 50 }, (_, n) => `channel_${n}`);
  await site.recorder.addChannels(logins);
  for (const [i, login] of logins.entries()) stream(site, i + 1, login, NOW - HOUR_MS - i, 20);
  const read: number[] = [];
  const batch = site.archive.batch.bind(site.archive);
  site.archive.batch = ((...calls: BatchCall[]) => {
    read.push(calls.filter(([name]) => name === "sessions").length);
    return batch(...calls);
  }) as typeof batch;
  const shown: number[] = [];
  for (let n = 0; n < 4; n++) shown.push((await cards(site)).length);
  assert.deepEqual(shown, [20, 40, 50, 50]);
  assert.deepEqual(read.filter((calls) => calls > 0), [20, 20, 10]);
  // A stream that goes on is read again, but not with every page.
  site.recorder.receive(1, [said("channel_0")], now);
  await cards(site);
  assert.equal(read.filter((calls) => calls > 0).length, 3);
  now += 6 * MINUTE_MS;
  await cards(site);
  assert.deepEqual(read.filter((calls) => calls > 0), [20, 20, 10, 1]);
});
