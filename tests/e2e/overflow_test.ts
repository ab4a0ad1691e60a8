/// <reference lib="dom" />
/** No page is wider than its window: with the longest names, texts and numbers, and with large type. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import type { TestSite } from "../support/site/site.ts";
import { HOSTILE_TEXTS, hostileSite, LONG_LOGIN } from "../support/site/hostile_site.ts";

const WIDTHS = [320, 360, 390, 600, 640, 768, 900, 949, 950, 1024, 1280, 1920];

const LONG = "W".repeat(300);
const PAGES = [
  "/",
  "/channels",
  "/channels/1",
  "/channels/2",
  "/channels/1?before_id=9007199254740991",
  "/channels/1?q=is:first",
  "/channels/1?at=2020-01-01",
  "/channels/1/strip",
  "/channels/1/days",
  "/channels/1/events",
  "/channels/1/people?after=1970",
  "/channels/1/streams",
  "/events",
  "/events?kind=subs",
  "/streams",
  "/settings",
  "/highlights",
  "/side?in=harborlight&in=mossgarden",
  "/tokens",
  "/opt-outs",
  "/audit",
  "/docs",
  "/about",
  "/channels/1/coverage",
  "/channels/1/stats",
  "/channels/1/stats/topics",
  "/channels/1/delete",
  "/channels/1/retention",
  "/search/messages",
  `/search/messages?${new URLSearchParams({ q: "W*" })}`,
  `/search/messages?channel=${LONG_LOGIN}`,
  `/search/messages?${new URLSearchParams({ q: LONG, channel: LONG, user: LONG, from: LONG, to: LONG })}`,
  `/search/messages/facets?channel=${LONG_LOGIN}`,
  `/search/messages/histogram?channel=${LONG_LOGIN}`,
  `/search/follow?channel=${LONG_LOGIN}`,
  `/searches?${new URLSearchParams({ q: LONG })}`,
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

/** What those see who may only read, or have to log in. */
const GUARDED_PAGES = ["/", "/channels", "/channels/1", "/channels/1/delete", "/login"];

Deno.test("no page is wider than its window, from 320 to 1,920 px, in type of 16 and of 24 px", async () => {
  using open = await hostileSite();
  using guarded = await hostileSite({ adminPassword: "a long password" });
  const message = open.recorder.stored.find(({ text }) => text === HOSTILE_TEXTS[1])!;
  const browser = await openBrowser();
  const found: string[] = [];
  try {
    found.push(...await lookAt(browser, open, [...PAGES, `/messages/${message.id}`]));
    found.push(...await lookAt(browser, guarded, GUARDED_PAGES));
  } finally {
    await browser.close();
  }
  assert.deepEqual(found, []);
});

/** Loads each page once: loading takes longer than looking at it in every width and size. */
async function lookAt(browser: Browser, site: TestSite, paths: string[]): Promise<string[]> {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
  await using view = await openView(browser, { width: 1280 });
  const { page, context } = view;
  const session = await context.newCDPSession(page);
  const found = new Map<string, number[]>();
  for (const path of paths) {
    await page.goto(`http://127.0.0.1:${server.addr.port}${path}`);
    for (const fontSize of [16, 24]) {
      await session.send("Page.setFontSizes", { fontSizes: { standard: fontSize, fixed: fontSize } });
      await page.waitForFunction(
        (size) => getComputedStyle(document.documentElement).fontSize === size,
        `${fontSize}px`,
      );
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 });
        for (const wide of await sticksOut(page)) {
          const what = `${path.slice(0, 60)}, ${fontSize} px: ${wide}`;
          found.set(what, [...found.get(what) ?? [], width]);
        }
      }
    }
  }
  site.hub.dropAll();
  return [...found].map(([what, widths]) => `${what} at ${widths.join(", ")} px`);
}

/** What lies outside of the window, a few words each: anything but what its own scroller or an ellipsis holds. */
function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found = new Set<string>();
    if (root.scrollWidth > innerWidth) found.add(`the page is ${root.scrollWidth} px wide`);
    for (const element of document.querySelectorAll("body *")) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0 || (right <= innerWidth + 0.5 && left >= -0.5)) continue;
      if (element.closest("svg, .sr-only, template")) continue;
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
