/** From the stand-in's socket write to the row in a real browser's page, by SSE and by polling. */
import type { Page } from "playwright-core";
import { openBrowser } from "../support/browser/browser.ts";
import { dataFile } from "../support/chat/recorded.ts";
import { atMost, figure, median, percentile, type Row } from "./support/figures.ts";
import { privmsgs } from "./support/real_chat.ts";
import { sentMark, Stage, TEN_CHANNELS } from "./support/stage.ts";

const PER_SECOND = 150;
/** The first of what a page hears is left out: it catches up then. */
const SETTLED_MS = 2_000;
/** A page without a stream begins to poll after so long. */
const GIVING_UP_MS = 4_000;

export async function benchLive(short: boolean): Promise<Row[]> {
  const path = dataFile("raw-forsen-2022.irc");
  if (path === undefined) return [];
  const lines = await privmsgs(path, 2_000);
  const seconds = short ? 5 : 60;

  await using stage = await Stage.open({ lines });
  await using browser = await openBrowser();

  const bySse = await browser.newPage();
  await bySse.goto(`${stage.url}/channels/1`);
  const byPolling = await browser.newPage();
  await byPolling.route("**/channels/*/live*", (route) => route.abort());
  await byPolling.goto(`${stage.url}/channels/2`);
  for (const page of [bySse, byPolling]) await listen(page);

  await stage.keepSaying(PER_SECOND, seconds + (SETTLED_MS + GIVING_UP_MS) / 1_000, (n) => ({
    channel: TEN_CHANNELS[n % TEN_CHANNELS.length]!,
    suffix: sentMark(),
  }));
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
    const at = performance.timeOrigin + performance.now();
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        for (const [, sent] of node.textContent.matchAll(/sent=(\\d+\\.\\d)/g)) heard.push({ at, delayMs: at - sent });
      }
    }
  }).observe(document.querySelector("#rows"), { childList: true, subtree: true });`;

async function listen(page: Page): Promise<void> {
  await page.evaluate(LISTEN);
}

function heard(page: Page): Promise<Heard[]> {
  return page.evaluate("heard");
}
