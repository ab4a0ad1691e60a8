/// <reference lib="dom" />
/** The page of a channel that receives messages, in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { serve } from "../../support/http/served.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { openBrowser, openView, type View } from "../../support/browser/browser.ts";
import type { TestSite } from "../../support/site/site.ts";

export interface LiveStage extends View {
  site: TestSite;
  base: string;
  page: Page;
  say(count: number): void;
}

/** Ways in which a stream does not come through. */
export type Obstacle = "none" | "refused" | "silent";

/** Runs a test on a channel's page in a browser, with a stream that has this obstacle. */
export async function stage(
  t: Deno.TestContext,
  obstacle: Obstacle,
  act: (stage: LiveStage) => Promise<void>,
): Promise<void> {
  await t.step({
    name: `stream ${obstacle}`,
    fn: async () => {
      using site = inventedSite();
      await using server = serve(
        (request, info) => {
          const isStream = new URL(request.url).pathname.endsWith("/live");
          if (isStream && obstacle === "refused") {
            return new Response("no", { status: 503, headers: { "Retry-After": "30" } });
          }
          if (isStream && obstacle === "silent") return new Response(new ReadableStream());
          return site.app.fetch(request, info);
        },
      );
      const browser = await openBrowser();
      try {
        await using view = await openView(browser, { width: 1280 });
        const base = server.url;
        let n = 10_000;
        const say = (count: number) =>
          void site.recorder.receive(
            1,
            Array.from(
              { length: count },
              () => ({ ...inventedEvent(0, "harborlight"), text: `fresh ${n++}` }),
            ),
          );
        await view.page.goto(`${base}/channels/1`);
        await act({ ...view, site, base, say });
        if (obstacle === "none") assert.deepEqual(view.problems, []);
      } finally {
        await browser.close();
        site.hub[Symbol.dispose]();
      }
    },
  });
}

export const state = (page: Page, words: string) =>
  page.locator(`#live-state[data-state="${words}"]`).waitFor();
export const shows = (page: Page, text: string) =>
  page.locator("#rows .row", { hasText: text }).last().waitFor();
export const rowCount = (page: Page) => page.locator("#rows .row").count();
export const fromEnd = (page: Page) =>
  page.evaluate(() => {
    const scroller = document.getElementById("scroller")!;
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  });
