/**
 * How old a message is when somebody sees it, while 10,000 a second come in over all channels: from the stand-in's
 * socket write to the bytes of its row at a client of `/channels/{id}/live`, and to the row in a real browser's page.
 *
 * A row is announced after the commit of its batch, so the former is the time to "committed and announced" and, on top,
 * rendering the row, the way through the hub and a socket, and waiting for a turn of this process.
 */
import type { Page } from "playwright-core";
import { openBrowser } from "../support/browser/browser.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { SseClient } from "../support/http/sse_client.ts";
import { atLeast, exactly, figure, median, percentile, type Row, timeAtMost } from "./support/figures.ts";
import { privmsgs } from "./support/real_chat.ts";
import { delaysOf, type Placing, sentMark, Stage, TEN_CHANNELS } from "./support/stage.ts";

const [WATCHED, ...OTHERS] = TEN_CHANNELS;
const PER_SECOND = 10_000;
/** One message of so many is said in the channel that is watched: 50 a second. */
const EACH_WATCHED = 200;
/** What comes while pages open and code gets warm is left out. */
const SETTLED_S = 3;

export async function benchLatency(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 20_000);
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 25));

  await using stage = await Stage.open({ lines });
  const heard: number[] = [];
  {
    using _client = await SseClient.open(`${stage.url}/channels/1/live`, {
      heard: (text) => void heard.push(...delaysOf(text)),
    });
    await sayFor(stage, seconds);
  }
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(`${stage.url}/channels/1`);
  await page.evaluate(LISTEN);
  const perSecond = await sayFor(stage, seconds);
  const seen = await delaysIn(page);
  return [
    short ? figure("sent", perSecond, "/s") : atLeast("sent", perSecond, PER_SECOND * 0.99, "/s"),
    exactly("stored", await stage.stored(), stage.sent),
    exactly("dropped", (await stage.metrics()).scrollback_dropped_total!, 0),
    timeAtMost(short, "socket write to committed and announced: p50", median(heard), 60),
    timeAtMost(short, `  p99 of ${heard.length.toLocaleString("en")}`, percentile(heard, 0.99), 250),
    timeAtMost(short, "socket write to row in the browser: p99", percentile(seen, 0.99), 400),
    figure(`  median of ${seen.length.toLocaleString("en")}`, median(seen), "ms"),
  ];
}

/** Those of the watched channel end with when they were sent, once it has settled. Yields how many a second it were. */
async function sayFor(stage: Stage, seconds: number): Promise<number> {
  await stage.keepSaying(PER_SECOND, SETTLED_S, placing(() => ""));
  const perSecond = await stage.keepSaying(PER_SECOND, seconds, placing(sentMark));
  await stage.allStored();
  return perSecond;
}

function placing(mark: () => string): Placing {
  return (n) =>
    n % EACH_WATCHED === 0 ? { channel: WATCHED!, suffix: mark() } : { channel: OTHERS[n % OTHERS.length]! };
}

/** Notes for every row that appears how long ago it was sent. Runs in the page, hence text: its types are others. */
const LISTEN = `
  globalThis.delays = [];
  new MutationObserver((changes) => {
    const at = performance.timeOrigin + performance.now();
    for (const { addedNodes } of changes) {
      for (const { textContent } of addedNodes) {
        for (const [, sent] of textContent.matchAll(/ sent=(\\d+\\.\\d)/g)) delays.push(at - sent);
      }
    }
  }).observe(document.querySelector("#rows"), { childList: true, subtree: true });`;

function delaysIn(page: Page): Promise<number[]> {
  return page.evaluate("delays");
}
