/// <reference lib="dom" />
/** No page is wider than its window: with the longest names, texts and numbers, and with large type. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser.ts";
import { HOSTILE_TEXTS, hostileSite, LONG_LOGIN } from "../support/hostile_site.ts";

const WIDTHS = [320, 360, 390, 600, 640, 768, 900, 949, 950, 1024, 1280, 1920];

const LONG = "W".repeat(300);
const PAGES = [
  "/",
  "/channels",
  "/channels/1",
  "/channels/2",
  "/channels/1?before_id=9007199254740991",
  "/channels/1/coverage",
  "/channels/1/delete",
  "/channels/1/retention",
  "/search/messages",
  `/search/messages?${new URLSearchParams({ q: "W*" })}`,
  `/search/messages?channel=${LONG_LOGIN}`,
  `/search/messages?${new URLSearchParams({ q: LONG, channel: LONG, user: LONG, from: LONG, to: LONG })}`,
  "/search/channels",
  `/search/channels?q=${LONG}`,
  "/search/users",
  `/search/users?q=${LONG}`,
  "/users",
  "/users/4294967296123",
  `/users/4?channel=${LONG_LOGIN}`,
  `/channels/${LONG}`,
  `/users/${LONG}`,
  `/nowhere/${LONG}`,
];

for (const fontSize of [16, 24]) {
  Deno.test(`no page is wider than its window, from 320 to 1,920 px, in type of ${fontSize} px`, async () => {
    using site = await hostileSite();
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
    const base = `http://127.0.0.1:${server.addr.port}`;
    const browser = await openBrowser();
    const found = new Map<string, string[]>();
    try {
      await using view = await openView(browser, { width: 1280 });
      const { page, context } = view;
      const session = await context.newCDPSession(page);
      await session.send("Page.setFontSizes", { fontSizes: { standard: fontSize, fixed: fontSize } });
      const message = site.archive.events.find(({ text }) => text === HOSTILE_TEXTS[1])!;
      for (const path of [...PAGES, `/messages/${message.id}`]) {
        await page.goto(base + path);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 844 });
          for (const what of await sticksOut(page)) {
            found.set(`${path.slice(0, 60)}: ${what}`, [
              ...found.get(`${path.slice(0, 60)}: ${what}`) ?? [],
              `${width}`,
            ]);
          }
        }
      }
    } finally {
      await browser.close();
      site.hub.dropAll();
    }
    assert.deepEqual([...found].map(([what, at]) => `${what} at ${at.join(", ")} px`), []);
  });
}

/** What lies outside of the window, a few words each: anything but what its own scroller or an ellipsis holds. */
function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found = new Set<string>();
    if (root.scrollWidth > innerWidth) found.add(`the page is ${root.scrollWidth} px wide`);
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("svg, .sr-only, template")) continue;
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0 || (right <= innerWidth + 0.5 && left >= -0.5)) continue;
      if (!isHeld(element)) {
        const { tagName, className, textContent } = element;
        found.add(
          `${tagName.toLowerCase()}.${className} from ${left | 0} to ${right | 0} “${
            textContent.slice(0, 20)
          }”`,
        );
      }
    }
    return [...found].slice(0, 4);

    /** Whether something that is in the window itself scrolls it, or cuts it with an ellipsis. */
    function isHeld(element: Element): boolean {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(up);
        const scrolls = overflowX === "auto" || overflowX === "scroll";
        const { left, right } = up.getBoundingClientRect();
        if ((scrolls || textOverflow === "ellipsis") && left >= -0.5 && right <= innerWidth + 0.5) {
          return true;
        }
      }
      return false;
    }
  });
}
