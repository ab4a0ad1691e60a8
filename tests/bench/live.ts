/** From the stand-in's socket write to the row in a real browser's page, by SSE and by polling. */
import type { Page } from "playwright-core";
import { startTwitch } from "../../src/demo/twitch.ts";
import { openBrowser } from "../support/browser.ts";
import { dataFile } from "../support/data.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { atMost, figure, median, percentile, type Row } from "./figures.ts";
import { privmsgs, saidNow } from "./real_chat.ts";

const CHANNELS = Array.from({ length: 10 }, (_, n) => `channel_${n}`);
const PER_SECOND = 150;
/** The first of what a page hears is left out: it catches up then. */
const SETTLED_MS = 2_000;

export async function benchLive(short: boolean): Promise<Row[]> {
  const path = dataFile("raw-forsen-2022.irc");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 2_000);
  const seconds = short ? 5 : 60;

  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using program = await runProgram({
    dbPath: `${folder.path}/a.db`,
    twitch,
    env: { TWITCH_CHANNELS: CHANNELS.join(",") },
  });
  await Promise.all(CHANNELS.map((login) => twitch.waitForJoin(login)));
  await using browser = await openBrowser();

  const bySse = await browser.newPage();
  await bySse.goto(`${program.url}/channels/1`);
  const byPolling = await browser.newPage();
  await byPolling.route("**/channels/*/live*", (route) => route.abort());
  await byPolling.goto(`${program.url}/channels/2`);
  for (const page of [bySse, byPolling]) await listen(page);

  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() - startedAt < seconds * 1_000 + SETTLED_MS + 4_000) {
    const due = Math.floor((performance.now() - startedAt) / 1_000 * PER_SECOND);
    for (; sent < due; sent++) {
      const channel = CHANNELS[sent % CHANNELS.length]!;
      twitch.send(
        saidNow(lines[sent % lines.length]!, channel, twitch.roomId(channel), ` sent=${Date.now()}`),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const rows: Row[] = [];
  for (const [how, page] of [["SSE", bySse], ["polling", byPolling]] as const) {
    const delays = await heard(page);
    // The first seconds belong to opening the page and, for polling, to giving up on SSE.
    const settled = delays.filter(({ at }) => at > delays[0]!.at + SETTLED_MS).map(({ delayMs }) => delayMs);
    rows.push(
      atMost(`socket write to row in the page, ${how}: p99`, percentile(settled, 0.99), 1_000, "ms"),
      figure(`  median of ${settled.length} rows`, median(settled), "ms"),
    );
  }
  return rows;
}

interface Heard {
  at: number;
  delayMs: number;
}

/** Notes for every row that appears how long ago it was sent. Runs in the page, hence text: its types are others. */
const LISTEN = `
  globalThis.heard = [];
  new MutationObserver((changes) => {
    const at = Date.now();
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        for (const [, sent] of node.textContent.matchAll(/sent=(\\d+)/g)) heard.push({ at, delayMs: at - sent });
      }
    }
  }).observe(document.querySelector("#rows"), { childList: true, subtree: true });`;

async function listen(page: Page): Promise<void> {
  await page.evaluate(LISTEN);
}

function heard(page: Page): Promise<Heard[]> {
  return page.evaluate("heard");
}
