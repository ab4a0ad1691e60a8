/// <reference lib="dom" />
/** The ways through the pages, from phones to large screens, in both themes: by keyboard alone, by pointer, without script. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { axeFindings, openBrowser, openView } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

const WIDTHS = [360, 768, 1280, 1920] as const;

/** Calls `act` for each width, in one browser. The theme changes on the way: see {@link fits}. */
async function onEveryScreen(
  test: Deno.TestContext,
  act: (page: Page, stage: { base: string; width: number; site: TestSite }) => Promise<void>,
  { script = true } = {},
): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser: Browser = await openBrowser();
  try {
    for (const width of WIDTHS) {
      await test.step(`at ${width} px`, async () => {
        await using view = await openView(browser, { width, script });
        await act(view.page, { base: server.url, width, site });
        assert.deepEqual(view.problems, []);
      });
    }
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}

/** Nothing sticks out of the window, in either theme. The way continues in the other theme than before. */
async function fits(page: Page): Promise<void> {
  const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  for (const colorScheme of isDark ? ["dark", "light"] as const : ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, page.url());
  }
}

const live = (page: Page) => page.locator('#live-state[data-state="live"]').waitFor();

/** The id of the row with the focus, which must be in sight. */
async function focusedRow(page: Page): Promise<string> {
  const { id, isInSight } = await page.evaluate(() => {
    const { top, bottom } = document.activeElement!.getBoundingClientRect();
    return { id: document.activeElement!.id, isInSight: top >= 0 && bottom <= innerHeight };
  });
  assert.match(id, /^m\d+$/, page.url());
  assert.ok(isInSight, `${id} is out of sight`);
  return id;
}

/** Enter opens the row with the focus in its context, and the way back leads to it again. */
async function toContextAndBack(page: Page): Promise<void> {
  const row = await focusedRow(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^A message in/ }).waitFor();
  await fits(page);
  await page.goBack();
  await page.locator(`#${row}:focus`).waitFor();
  await page.waitForLoadState("load");
  assert.equal(await focusedRow(page), row);
}

Deno.test("a person finds their way by keyboard alone", (test) =>
  onEveryScreen(test, async (page, { base, width }) => {
    const keys = page.keyboard;
    await page.goto(base);
    // A channel by the palette; rows, a context and back.
    await keys.press("Control+k");
    await keys.type("harbor");
    await page.getByRole("option", { name: "Channel harborlight" }).waitFor();
    await fits(page);
    await keys.press("Enter");
    await page.waitForURL("**/channels/1");
    await live(page);
    await keys.press("j");
    const last = await focusedRow(page);
    for (let n = 0; n < 3; n++) await keys.press("k");
    assert.notEqual(await focusedRow(page), last);
    await toContextAndBack(page);
    await live(page);
    // The card of who wrote a row.
    for (let n = 0; n < 20 && await page.locator(".row:focus a.name").count() === 0; n++) {
      await keys.press("k");
    }
    const row = await focusedRow(page);
    await keys.press("u");
    await page.locator("#card h2:focus").waitFor();
    if (width === 360) assert.deepEqual(await axeFindings(page), []);
    await fits(page);
    await keys.press("Escape");
    await page.locator("#card").waitFor({ state: "hidden" });
    assert.equal(await focusedRow(page), row);
    // A search with completion, a result and back.
    await keys.press("/");
    const field = page.locator("input[type=search][name=q]:focus");
    await field.waitFor();
    // Phones have a page for it, others a line on top.
    assert.equal(new URL(page.url()).pathname === "/search/messages", width === 360);
    await page.waitForLoadState("load");
    await keys.type("from:mossg");
    await page.getByRole("option", { name: "mossgarden" }).waitFor();
    await fits(page);
    await keys.press("ArrowDown");
    await keys.press("Enter");
    assert.match(await field.inputValue(), /from:mossgarden $/);
    await keys.press("Enter");
    await page.waitForURL("**/search/messages?*");
    await page.locator("#found .row").first().waitFor();
    // Out of the field: what the search has found begins after it.
    while (await field.count() > 0) await keys.press("Tab");
    await keys.press("j");
    assert.equal(await focusedRow(page), await page.locator("#found .row").first().getAttribute("id"));
    await keys.press("j");
    await toContextAndBack(page);
    // The other pages, and the list of keys.
    for (const [key, path] of [["e", "/events"], ["s", "/streams"], ["p", "/users"], ["h", "/"]] as const) {
      await keys.press("g");
      await keys.press(key);
      await page.waitForURL(base + path);
      await fits(page);
    }
    await keys.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    if (width === 360) assert.deepEqual(await axeFindings(page), []);
    await fits(page);
    await keys.press("Escape");
  }));

Deno.test("a person finds their way by pointer", (test) =>
  onEveryScreen(test, async (page, { base, width }) => {
    await page.goto(base);
    await page.locator(".channel-card a").first().click();
    await live(page);
    await page.locator("#channel-strip svg a").first().waitFor();
    await fits(page);
    // A filter, a day of the calendar, the newest messages again.
    await page.getByRole("navigation", { name: "Filters" }).getByText("Links").click();
    await page.waitForURL("**/channels/1?q=has%3Alink");
    await live(page);
    await page.getByRole("navigation", { name: "Filters" }).getByText("All", { exact: true }).click();
    await page.waitForURL("**/channels/1");
    await live(page);
    await page.locator("#jump-date summary").click();
    await page.locator("#month a[title]").first().waitFor();
    await fits(page);
    if (width === 360) assert.deepEqual(await axeFindings(page), []);
    await page.locator("#month a[title]").first().click();
    await page.waitForURL("**/channels/1?at=*");
    await page.getByRole("link", { name: "To the newest" }).click();
    await page.waitForURL("**/channels/1");
    await live(page);
    // A person, and what they wrote.
    await page.locator("#rows a.name").last().click();
    await page.locator("#card h2").waitFor();
    await fits(page);
    await page.locator("#card").getByRole("link", { name: "All messages" }).click();
    await page.waitForURL("**/users/*");
    await fits(page);
    // A result and back.
    await page.goto(`${base}/search/messages?q=the`);
    const result = page.locator("#found .row .at").nth(5);
    await result.scrollIntoViewIfNeeded();
    await result.click();
    await page.getByRole("heading", { name: /^A message in/ }).waitFor();
    await page.goBack();
    await result.waitFor();
  }));

Deno.test("a person without script finds their way", (test) =>
  onEveryScreen(test, async (page, { base, width }) => {
    await page.goto(base);
    await page.locator(".channel-card a").first().click();
    await page.waitForURL("**/channels/1");
    await fits(page);
    // What loads by itself elsewhere is there from the beginning.
    await page.locator("#channel-strip svg a").first().waitFor();
    await page.locator("#jump-date summary").click();
    await page.locator("#month a[title]").first().waitFor();
    await fits(page);
    await page.getByRole("navigation", { name: "Filters" }).getByText("First messages").click();
    await page.waitForURL("**/channels/1?q=is%3Afirst");
    await page.locator("#rows a.name").last().click();
    await page.waitForURL("**/users/*");
    await fits(page);
    // Phones have a page for it, others a line on top.
    if (width === 360) await page.locator(".bottom-bar").getByText("Search").click();
    const field = page.getByLabel(width === 360 ? "Words" : "Search all messages");
    await field.fill("key");
    await field.press("Enter");
    await page.locator("mark").first().waitFor();
    await fits(page);
    await page.locator("#found .row .at").first().click();
    await page.getByRole("heading", { name: /^A message in/ }).waitFor();
    await fits(page);
  }, { script: false }));
