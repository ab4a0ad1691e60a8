/**
 * How old a message is when somebody sees it, while 10,000 a second come in over all channels: from the stand-in's
 * socket write to the bytes of its row at a client of `/channels/{id}/live`, and to the row in a real browser's page.
 *
 * A row is announced after the commit of its batch, so the former is the time to "committed and announced" and, on top,
 * rendering the row, the way through the hub and a socket, and waiting for a turn of this process.
 */
import type { Page } from "playwright-core";
import { type StandIn, startTwitch } from "../../src/demo/twitch.ts";
import { openBrowser } from "../support/browser.ts";
import { dataFile } from "../support/data.ts";
import { runProgram } from "../support/program.ts";
import { SseClient } from "../support/sse_client.ts";
import { tempFolder } from "../support/temp.ts";
import { atLeast, exactly, figure, median, percentile, type Row, timeAtMost } from "./figures.ts";
import { readMetrics, untilStored } from "./metrics.ts";
import { privmsgs, saidNow } from "./real_chat.ts";

const CHANNELS = Array.from({ length: 10 }, (_, n) => `channel_${n}`);
const WATCHED = CHANNELS[0]!;
const PER_SECOND = 10_000;
/** One message of so many is said in the channel that is watched: 50 a second. */
const EACH_WATCHED = 200;
/** What comes while pages open and code gets warm is left out. */
const SETTLED_MS = 3_000;
const TICK_MS = 2;

export async function benchLatency(short: boolean): Promise<Row[]> {
  const path = dataFile("recon-arypie.irc.zst");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 20_000);
  const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? (short ? 3 : 25));

  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({
    dbPath: `${folder.path}/a.db`,
    twitch,
    // A channel that moves to a connection of its own is greeted with its state once more: that would blur the count.
    env: { TWITCH_CHANNELS: CHANNELS.join(","), TWITCH_BUSY_PER_MINUTE: "1000000" },
  });
  await Promise.all(CHANNELS.map((login) => twitch.waitForJoin(login)));
  await untilStored(program.url, CHANNELS.length);
  const speaker = new Speaker(twitch, lines);

  const heard: number[] = [];
  {
    using _client = await SseClient.open(`${program.url}/channels/1/live`, {
      heard: (text) => note(heard, text),
    });
    await speaker.sayFor(seconds);
    await untilStored(program.url, speaker.sent + CHANNELS.length);
  }
  const perSecond = speaker.perSecond;
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(`${program.url}/channels/1`);
  await page.evaluate(LISTEN);
  await speaker.sayFor(seconds);
  await untilStored(program.url, speaker.sent + CHANNELS.length);
  const seen = await delaysIn(page);
  const { scrollback_stored_total: stored, scrollback_dropped_total: dropped } = await readMetrics(
    program.url,
  );
  return [
    short ? figure("sent", perSecond, "/s") : atLeast("sent", perSecond, PER_SECOND * 0.99, "/s"),
    exactly("stored", stored! - CHANNELS.length, speaker.sent),
    exactly("dropped", dropped!, 0),
    timeAtMost(short, "socket write to committed and announced: p50", median(heard), 60),
    timeAtMost(short, `  p99 of ${heard.length.toLocaleString("en")}`, percentile(heard, 0.99), 250),
    timeAtMost(short, "socket write to row in the browser: p99", percentile(seen, 0.99), 400),
    figure(`  median of ${seen.length.toLocaleString("en")}`, median(seen), "ms"),
  ];
}

const now = () => performance.timeOrigin + performance.now();

/** Says real lines at an even pace; those of the watched channel end with when they were sent. */
class Speaker {
  sent = 0;
  /** How many a second it was in the last stretch. */
  perSecond = 0;

  constructor(readonly twitch: StandIn, readonly lines: readonly string[]) {}

  async sayFor(seconds: number): Promise<void> {
    const startedAt = performance.now();
    const before = this.sent;
    const wholeMs = SETTLED_MS + seconds * 1_000;
    let ms = 0;
    while (ms < wholeMs) {
      ms = performance.now() - startedAt;
      const due = before + Math.floor(Math.min(ms, wholeMs) / 1_000 * PER_SECOND);
      for (; this.sent < due; this.sent++) this.#say(ms >= SETTLED_MS);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    this.perSecond = (this.sent - before) / ms * 1_000;
  }

  #say(isCounted: boolean): void {
    const n = this.sent;
    const isWatched = n % EACH_WATCHED === 0;
    const channel = isWatched ? WATCHED : CHANNELS[1 + n % (CHANNELS.length - 1)]!;
    const mark = isWatched && isCounted ? ` sent=${now().toFixed(1)} ` : "";
    this.twitch.send(saidNow(this.lines[n % this.lines.length]!, channel, this.twitch.roomId(channel), mark));
  }
}

function note(delays: number[], events: string): void {
  for (const [, sent] of events.matchAll(/ sent=(\d+\.\d)/g)) delays.push(now() - Number(sent));
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
