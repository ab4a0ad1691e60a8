/** Pages while 5,000 messages a second come in: their weight, what they ask, and many of them at once. */
import { request } from "node:http";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { firstIdAt } from "../../src/chat/ids.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { SseClient } from "../support/http/sse_client.ts";
import { bigArchive } from "./support/big_archive.ts";
import { atMost, exactly, figure, median, percentile, type Row, timeAtMost } from "./support/figures.ts";
import { readMetrics } from "./support/metrics.ts";
import { privmsgs } from "./support/real_chat.ts";
import { delaysOf, sentMark, Stage, TEN_CHANNELS } from "./support/stage.ts";
import { fetchPage } from "../support/http/fetch_page.ts";

const PER_SECOND = 5_000;
const AT_ONCE = 300;

/** @param messages of the archive to begin with: none where it is not said */
export async function benchPages(short: boolean, messages?: number): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = await privmsgs(path, short ? 5_000 : 50_000);
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 40));

  const archive = messages === undefined ? undefined : (await bigArchive(messages))?.path;
  await using stage = await Stage.open({ lines, archive });
  const { url, channelIds } = stage;
  const firstViews = ["/", `/channels/${channelIds[0]}`, "/search/messages", "/search/messages?q=the"];
  const pages = [...firstViews, ...morePages(channelIds)];
  stage.say(5_000);
  await stage.allStored();
  const rows = [...await weights(url, firstViews), ...await calls(url, pages)];

  const saidEnough = new AbortController();
  const heard: number[] = [];
  const client = await SseClient.open(`${url}/channels/${channelIds[0]}/live`, {
    heard: (text) => void heard.push(...delaysOf(text)),
  });
  const saying = stage.keepSaying(PER_SECOND, saidEnough.signal, inTurnWithMarks);
  const loop: number[] = [];
  const stop = new AbortController();
  const searching = searchHard(url, stop.signal);
  const visits = await visit(url, pages, seconds, loop);
  stop.abort();
  const searches = await searching;
  client[Symbol.dispose]();
  const crowds = [
    await crowd("the same page", () => firstViews[1]!, url),
    await crowd("different pages", (n) => differentPage(channelIds, n), url),
  ];
  loop.push((await stage.metrics()).scrollback_event_loop_longest_delay_seconds! * 1_000);
  saidEnough.abort();
  await saying;
  await stage.allStored();
  const { scrollback_dropped_total: dropped } = await stage.metrics();
  return [
    ...rows,
    timeAtMost(
      short,
      `pages at ${PER_SECOND} messages/s: p95 of ${visits.length}`,
      percentile(visits, 0.95),
      50,
    ),
    figure("  median", median(visits), "ms"),
    figure("  heavy searches answered meanwhile", searches, ""),
    timeAtMost(
      short,
      `  socket write to row at a live client: p99 of ${heard.length}`,
      percentile(heard, 0.99),
      250,
    ),
    timeAtMost(short, "  longest delay of the event loop", Math.max(...loop.slice(0, -1)), 50),
    ...crowds.flat(),
    figure("  longest delay of the event loop", loop.at(-1)!, "ms"),
    exactly("dropped meanwhile", dropped!, 0),
  ];
}

/** What else somebody looks at who is curious. */
function morePages([, second, third, fourth]: readonly number[]): string[] {
  return [
    "/channels",
    `/channels/${third}`,
    `/channels/${second}/messages`,
    `/channels/${fourth}/coverage`,
    "/users?q=a",
    "/search/messages?q=the&channel=channel_5",
  ];
}

/** A place of its own for everybody, all of them busy. */
function differentPage(channelIds: readonly number[], n: number): string {
  return `/channels/${channelIds[n % channelIds.length]}?before_id=${firstIdAt(Date.now()) - n}`;
}

/** A first view with all that it needs but pictures of others, headers included, from somebody who has nothing yet. */
async function weights(url: string, views: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const path of views) {
    const page = await raw(url + path);
    let bytes = page.bytes;
    for (const address of new Set(page.text.match(/\/static\/[^"]+/g))) {
      // The typeface comes once, and no page waits for it.
      if (address.endsWith(".woff2")) continue;
      bytes += (await raw(url + address)).bytes;
    }
    rows.push(atMost(`first view of ${path}`, bytes / 1_000, 60, "kB"));
  }
  return rows;
}

/** In all channels in turn; of those in the first, one in ten tells when it was sent. */
function inTurnWithMarks(n: number): { channel: string; suffix?: string } {
  return {
    channel: TEN_CHANNELS[n % TEN_CHANNELS.length]!,
    suffix: n % (TEN_CHANNELS.length * 10) === 0 ? sentMark() : undefined,
  };
}

/** The calls to the archive that a page makes when it is asked for alone. */
async function calls(url: string, pages: readonly string[]): Promise<Row[]> {
  let most = 0;
  for (const path of pages) {
    const before = await archiveCalls(url);
    await (await fetchPage(url + path)).arrayBuffer();
    most = Math.max(most, await archiveCalls(url) - before);
  }
  return [atMost(`calls to the archive, the most of ${pages.length} pages`, most, 3, "")];
}

async function archiveCalls(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let calls = 0;
  for (const [, count] of text.matchAll(/^scrollback_query_duration_seconds_count\{.*\} (\d+)$/gm)) {
    calls += Number(count);
  }
  return calls;
}

async function visit(
  url: string,
  pages: readonly string[],
  seconds: number,
  loop: number[],
): Promise<number[]> {
  const times: number[] = [];
  const endAt = performance.now() + seconds * 1_000;
  for (let i = 0; performance.now() < endAt; i++) {
    const startedAt = performance.now();
    const answer = await fetchPage(url + pages[i % pages.length]!);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${answer.url}: ${answer.status}`);
    times.push(performance.now() - startedAt);
    if (i % 20 === 0) {
      loop.push((await readMetrics(url)).scrollback_event_loop_longest_delay_seconds! * 1_000);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return times;
}

/** Somebody who asks for what hardly ever occurs among what often does, over and over. Says how often. */
async function searchHard(url: string, signal: AbortSignal): Promise<number> {
  const query = new URLSearchParams({ q: '"the and the of"' });
  let answered = 0;
  for (; !signal.aborted; answered++) await (await fetch(`${url}/search/messages?${query}`)).arrayBuffer();
  return answered;
}

/** Many who open a page at the same moment; nobody may be turned away. */
async function crowd(what: string, path: (n: number) => string, url: string): Promise<Row[]> {
  const times: number[] = [];
  let refused = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, n) => {
    const startedAt = performance.now();
    const answer = await fetchPage(url + path(n));
    await answer.arrayBuffer();
    if (answer.status !== 200) refused++;
    times.push(performance.now() - startedAt);
  }));
  return [
    exactly(`${AT_ONCE} open ${what} at once: turned away`, refused, 0),
    figure("  until the last has it", Math.max(...times), "ms"),
  ];
}

/** What comes over the wire as it is: `fetch` would unpack it and not say how much it was. */
function raw(address: string): Promise<{ bytes: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "Accept": "text/html", "Accept-Encoding": "gzip, deflate, br" };
    request(address, { headers }, (answer) => {
      const chunks: Uint8Array[] = [];
      let bytes = answer.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
      answer.on("data", (chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
      });
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        const isPacked = answer.headers["content-encoding"] === "gzip";
        resolve({ bytes, text: (isPacked ? gunzipSync(body) : body).toString() });
      });
    }).on("error", reject).end();
  });
}
