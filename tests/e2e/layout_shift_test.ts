/// <reference lib="dom" />
/** What one looks at does not move by itself: parts that load have their room from the beginning. */
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import type { ChatEvent } from "../../src/chat/events.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

/** https://web.dev/articles/cls: below 0.1 is called good. */
const MAX_SHIFT = 0.02;

async function shiftOf(frame: Page | Frame): Promise<{ sum: number; what: string[] }> {
  return await frame.evaluate(() => {
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

/** Rows of every kind, then the removal of one message and of everybody's. */
async function flood(site: TestSite, frame: Frame, rows: number): Promise<void> {
  const say = (event: ChatEvent) => site.recorder.receive(1, [event]);
  for (let n = 0; n < rows; n++) {
    say(inventedEvent(1_000 + n, "harborlight"));
    await frame.page().waitForTimeout(20);
  }
  const messages = Array.from({ length: 12 }, (_, n) => inventedEvent(1_000 + rows - 1 - n, "harborlight"))
    .filter(({ kind }) => kind === "message");
  const base = { channel: "harborlight", tags: [] };
  const [{ uuid, author, text }] = messages as [ChatEvent];
  say({ ...base, kind: "deletion", uuid, author, text });
  for (const author of new Map(messages.map(({ author }) => [author!.userId, author])).values()) {
    say({ ...base, kind: "timeout", author, text: "", tags: ["ban-duration=600"] });
  }
  for (const words of ["deleted after", "timed out"]) {
    await frame.locator(`#rows [data-removed^="${words}"]`).last().waitFor({ state: "attached" });
  }
  // After two frames of the screen, all rows have their place.
  await frame.evaluate(() =>
    new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))
  );
}

async function staysStill(site: TestSite, path: string, frame: Frame): Promise<void> {
  await frame.waitForSelector('#live-state[data-state="live"]', { state: "attached" });
  await flood(site, frame, 75);
  const { sum, what } = await shiftOf(frame);
  assert.ok(sum < MAX_SHIFT, `${path}, live: ${sum}\n${what.slice(0, 20).join("\n")}`);
}

for (const width of [1280, 768, 360]) {
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
      await page.locator("#channel-strip figure").waitFor();
      await staysStill(site, "/channels/1", page.mainFrame());
      await page.goto(`${server.url}/side?in=harborlight&in=mossgarden`);
      const column = await page.waitForSelector("#column-1 iframe");
      await staysStill(site, "/side", (await column.contentFrame())!);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
      site.hub.dropAll();
    }
  });
}
