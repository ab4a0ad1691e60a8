/// <reference lib="dom" />
/** What one looks at does not move by itself: parts that load have their room from the beginning. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

/** https://web.dev/articles/cls: below 0.1 is called good. */
const MAX_SHIFT = 0.02;

async function shiftOf(page: Page): Promise<{ sum: number; what: string[] }> {
  return await page.evaluate(() => {
    const { shifts } = globalThis as unknown as { shifts: { value: number; what: string }[] };
    return {
      sum: shifts.reduce((sum, { value }) => sum + value, 0),
      what: shifts.map(({ value, what }) => `${value.toFixed(4)} ${what}`),
    };
  });
}

/** Counts from the first paint on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; what: string }[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node }) =>
          (node as Element)?.id || (node as Element)?.className || node?.nodeName
        ).join(", ");
        shifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
    interface LayoutShift {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Node }[];
    }
  });
}

/** A removed message says so, which may take a line more: that is no shift of ours. */
async function flood(site: TestSite, page: Page, rows: number): Promise<void> {
  const events = Array.from({ length: rows * 2 }, (_, n) => inventedEvent(1_000 + n, "harborlight"))
    .filter(({ kind }) => kind === "message" || kind === "notice" || kind === "action");
  for (const event of events.slice(0, rows)) {
    site.recorder.receive(1, [event]);
    await page.waitForTimeout(20);
  }
}

for (const width of [1280, 360]) {
  Deno.test(`nothing moves by itself while pages load and 50 rows a second arrive, at ${width} px`, async () => {
    using site = inventedSite();
    await using server = serve(site.app.fetch);
    const browser = await openBrowser();
    try {
      await using view = await openView(browser, { width });
      const { page, problems } = view;
      await watchShifts(page);
      for (const path of ["/", "/channels/2", "/channels/1/stats", "/search/messages?q=key", "/settings"]) {
        await page.goto(server.url + path);
        // Parts that load by themselves are replaced; a page that follows is never idle.
        await page.waitForFunction(() => !document.querySelector('[hx-trigger="load"]'));
        const { sum, what } = await shiftOf(page);
        assert.ok(sum < MAX_SHIFT, `${path}: ${sum}\n${what.join("\n")}`);
      }
      await page.goto(`${server.url}/channels/1`);
      await page.locator('#live-state[data-state="live"]').waitFor();
      await page.locator("#channel-strip figure").waitFor();
      await flood(site, page, 150);
      const { sum, what } = await shiftOf(page);
      assert.ok(sum < MAX_SHIFT, `live: ${sum}\n${what.slice(0, 20).join("\n")}`);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
      site.hub.dropAll();
    }
  });
}
