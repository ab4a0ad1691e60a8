/**
 * Takes a picture of every view: the README's picture, and a page of all of them in `.tmp/gallery`, so that anyone sees the
 * state of the product.
 */
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { harborSite } from "./harbor.ts";

const ROOT = new URL("../../", import.meta.url);
const FOLDER = new URL(".tmp/gallery/", ROOT);
/** A Friday evening. */
const NOW = Date.UTC(2026, 10, 27, 20, 12);
const SIZES = [[1280, 800], [390, 844]] as const;
const THEMES = ["dark", "light"] as const;

interface Shot {
  name: string;
  path: string;
  /** What is done on the page first. */
  act?: (page: Page) => Promise<void>;
}

const openCard = async (page: Page) => {
  await page.locator("#rows a.name").last().click();
  await page.locator("#card h2").waitFor();
};

const SHOTS: readonly Shot[] = [
  { name: "home", path: "/" },
  { name: "channel", path: "/channels/1" },
  { name: "card", path: "/channels/1", act: openCard },
  { name: "filter", path: "/channels/1?q=is:sub+is:resub+is:gift+is:raid" },
  {
    name: "jump",
    path: "/channels/1",
    act: async (page) => {
      await page.locator("#jump-date summary").click();
      await page.locator("#month ol").waitFor();
    },
  },
  { name: "events", path: "/channels/1/events" },
  { name: "people", path: "/channels/1/people?after=7d" },
  { name: "stats", path: "/channels/1/stats?after=7d" },
  { name: "streams", path: "/channels/1/streams" },
  { name: "coverage", path: "/channels/1/coverage" },
  { name: "all-events", path: "/events" },
  { name: "all-streams", path: "/streams" },
  { name: "search", path: "/search/messages?q=version" },
  { name: "search-empty", path: "/search/messages" },
  { name: "people-list", path: "/users" },
  { name: "person", path: "/users/tugboat_tess" },
  { name: "channels", path: "/channels" },
  { name: "settings", path: "/settings" },
  { name: "highlights", path: "/highlights" },
  { name: "side-by-side", path: "/side?in=pixel_harbor&in=kuchenfunk" },
  { name: "about", path: "/about" },
  {
    name: "palette",
    path: "/about",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("lan");
      await page.getByRole("option", { name: "Search Messages with lan" }).waitFor();
    },
  },
  { name: "view-menu", path: "/channels/1", act: (page) => page.locator(".view-menu summary").click() },
];

await Deno.mkdir(FOLDER, { recursive: true });
using site = await harborSite(NOW);
await using server = serve(site.app.fetch);
const browser = await openBrowser();
try {
  const names: string[] = [];
  for (const [width, height] of SIZES) {
    for (const theme of THEMES) names.push(...await takeAll(browser, width, height, theme));
  }
  await Deno.writeTextFile(new URL("index.html", FOLDER), pageOf(names));
  await Deno.copyFile(new URL("card-1280-dark.png", FOLDER), new URL("static/screenshot.png", ROOT));
  console.log(`${names.length} pictures: ${new URL("index.html", FOLDER).pathname}`);
} finally {
  await browser.close();
  site.hub.dropAll();
}

async function takeAll(browser: Browser, width: number, height: number, theme: typeof THEMES[number]) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  // Pictures of emotes come from elsewhere: their codes are shown.
  await context.addCookies([{ name: "scrollback_view", value: "emotes%3Doff", url: server.url }]);
  const page = await context.newPage();
  const names: string[] = [];
  for (const { name, path, act } of SHOTS) {
    await page.goto(server.url + path, { waitUntil: "networkidle", timeout: 10_000 }).catch(() => {
      // A live page is never idle.
    });
    await act?.(page);
    const file = `${name}-${width}-${theme}.png`;
    await page.screenshot({ path: new URL(file, FOLDER).pathname });
    names.push(file);
  }
  await context.close();
  return names;
}

function pageOf(names: readonly string[]): string {
  const figures = names.map((name) =>
    `<figure><figcaption>${name.replace(".png", "")}</figcaption><img src="${name}" loading="lazy"></figure>`
  );
  return `<!doctype html><meta charset="utf-8"><title>Views of Scrollback</title>
<style>body{font:14px system-ui;margin:16px}figure{display:inline-block;margin:8px;vertical-align:top}img{max-width:600px;border:1px solid #8888}</style>
${figures.join("\n")}
`;
}
