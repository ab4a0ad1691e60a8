/// <reference lib="dom" />
/** Several channels side by side, in a real browser. */
import assert from "node:assert/strict";
import type { Browser, Frame, Page } from "playwright-core";
import { axeFindings, openBrowser, openView } from "../../support/browser/browser.ts";
import { serve } from "../../support/http/served.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { inventedSite } from "../../support/site/invented_site.ts";

interface Stage {
  browser: Browser;
  base: string;
  say(channel: number, count: number): string;
}

const LOGINS = ["harborlight", "mossgarden", "oldlantern", "paperfox"];

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  let n = 0;
  try {
    const say = (channel: number, count: number) => {
      const login = LOGINS[channel - 1]!;
      const texts = Array.from({ length: count }, () => `fresh ${n++} in ${login}`);
      site.recorder.receive(channel, texts.map((text) => ({ ...inventedEvent(0, login), text })));
      return texts.at(-1)!;
    };
    await act({ browser, base: server.url, say });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}

/** The frame of a channel, once it is live. */
async function columnOf(page: Page, channel: number): Promise<Frame> {
  const element = await page.waitForSelector(`#column-${channel} iframe`);
  const frame = (await element.contentFrame())!;
  await frame.waitForSelector(
    '#live-state:is([data-state="live"], [data-state="polling"])',
    { state: "attached" },
  );
  return frame;
}

const shows = (frame: Frame, text: string) => frame.locator("#rows .row", { hasText: text }).waitFor();
const fromEnd = (frame: Frame) =>
  frame.locator("#scroller").evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);

for (const [width, columns] of [[1280, 4], [1920, 3]] as const) {
  Deno.test(`${columns} columns at ${width} px follow, scroll and pause by themselves`, () =>
    onStage(async ({ browser, base, say }) => {
      await using view = await openView(browser, { width });
      const { page, problems } = view;
      const shown = LOGINS.slice(0, columns);
      await page.goto(`${base}/side?${new URLSearchParams(shown.map((login) => ["in", login]))}`);
      const frames = await Promise.all(shown.map((_, i) => columnOf(page, i + 1)));
      for (const [i, frame] of frames.entries()) await shows(frame, say(i + 1, 40));
      const [first, second] = frames as [Frame, Frame];
      await first.locator("#scroller").focus();
      // The listener must be there before the key is pressed: the promise itself is awaited afterwards.
      const scrolling = await first.locator("#scroller").evaluateHandle((each) => ({
        end: new Promise((resolve) => each.addEventListener("scrollend", resolve, { once: true })),
      }));
      await page.keyboard.press("PageUp");
      await first.locator("#jump").waitFor();
      await scrolling.evaluate(({ end }) => end.then(() => {}));
      const top = await first.locator("#scroller").evaluate((each) => each.scrollTop);
      const last = say(1, 3);
      for (const [i, frame] of frames.slice(1).entries()) await shows(frame, say(i + 2, 3));
      await first.locator("#jump-words", { hasText: "3 new" }).waitFor();
      assert.equal(await first.locator("#scroller").evaluate((each) => each.scrollTop), top);
      assert.ok(await fromEnd(second) < 2, "the other columns follow");
      await first.locator("#jump").click();
      await shows(first, last);
      assert.ok(await fromEnd(first) < 2);
      assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
      for (const frame of frames) {
        assert.ok(await frame.evaluate("document.documentElement.scrollWidth <= innerWidth"));
      }
      assert.deepEqual(problems, []);
    }));
}

for (const [width, theme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]] as const) {
  Deno.test(`the page and its frames have no finding of axe at ${width} px, ${theme}`, () =>
    onStage(async ({ browser, base }) => {
      await using view = await openView(browser, { width, theme });
      const { page, problems } = view;
      for (const query of ["?in=harborlight&in=mossgarden", "?in=harborlight", "?in=nobody"]) {
        await page.goto(`${base}/side${query}`);
        if (query.includes("harborlight")) await columnOf(page, 1);
        assert.deepEqual(await axeFindings(page), [], query);
      }
      await page.goto(`${base}/channels/1/column`);
      await page.locator("#rows .row").last().waitFor();
      assert.deepEqual(await axeFindings(page), []);
      const wrong = problems.filter((problem) => !problem.includes("422"));
      assert.deepEqual(wrong, []);
    }));
}

Deno.test("links and keys of a column lead out of its frame, and a name opens the card in it", () =>
  onStage(async ({ browser, base }) => {
    await using view = await openView(browser, { width: 1280 });
    const { page, problems } = view;
    const address = `${base}/side?in=harborlight&in=mossgarden`;
    await page.goto(address);
    let column = await columnOf(page, 1);
    await column.locator("#rows .row a.name").last().click();
    await column.locator("#card h2").waitFor();
    await column.locator("#card h3", { hasText: "Latest in harborlight" }).waitFor();
    assert.equal(page.url(), address);
    await page.keyboard.press("Escape");
    await column.locator("#card:empty").waitFor({ state: "attached" });
    await column.locator("#rows .row .at").last().click();
    await page.waitForURL(/\/messages\/\d+/);
    await page.goBack();
    column = await columnOf(page, 1);
    await column.locator("#scroller").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/messages\/\d+/);
    await page.goBack();
    column = await columnOf(page, 2);
    await column.locator("#scroller").focus();
    await page.keyboard.press("/");
    await page.locator("#quick:focus").waitFor();
    await column.locator("#scroller").focus();
    await page.keyboard.press("Control+k");
    await page.locator("#palette-field:focus").waitFor();
    await page.keyboard.press("Escape");
    await column.locator("#scroller").focus();
    await page.keyboard.press("?");
    await page.locator("dialog#keys[open]").waitFor();
    await page.keyboard.press("Escape");
    await column.locator("#scroller").focus();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.waitForURL(`${base}/`);
    assert.deepEqual(problems, []);
  }));

Deno.test("on a phone there is one column at a time, and tabs lead to the others", () =>
  onStage(async ({ browser, base, say }) => {
    await using view = await openView(browser, { width: 390 });
    const { page, problems } = view;
    await page.goto(`${base}/side?in=harborlight&in=mossgarden&in=oldlantern`);
    await columnOf(page, 1);
    const visible = () => page.locator(".column:visible").evaluateAll((all) => all.map(({ id }) => id));
    const tab = () =>
      page.locator(".side-tabs a").evaluateAll((all) =>
        all.filter((each) => getComputedStyle(each).fontWeight === "600").map((each) => each.textContent)
      );
    assert.deepEqual([await visible(), await tab()], [["column-1"], ["harborlight"]]);
    await page.getByRole("navigation", { name: "Columns" }).getByRole("link", { name: "oldlantern" }).click();
    assert.deepEqual([await visible(), await tab()], [["column-3"], ["oldlantern"]]);
    const third = await columnOf(page, 3);
    await shows(third, say(3, 2));
    assert.ok(await fromEnd(third) < 2);
    await page.goBack();
    assert.deepEqual(await visible(), ["column-1"]);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
    assert.deepEqual(problems, []);
  }));

for (const width of [390, 1280]) {
  Deno.test(`columns are added and removed without script at ${width} px`, () =>
    onStage(async ({ browser, base }) => {
      await using view = await openView(browser, { width, script: false });
      const { page } = view;
      await page.goto(`${base}/channels/1`);
      await page.getByRole("link", { name: "Beside another" }).click();
      assert.equal(page.url(), `${base}/side?in=harborlight`);
      await page.locator(".next-column").getByRole("link", { name: "paperfox" }).click();
      await page.getByLabel("Add a channel").fill("mossgarden");
      await page.getByRole("button", { name: "Add" }).click();
      assert.equal(page.url(), `${base}/side?in=harborlight&in=paperfox&in=mossgarden`);
      await page.goto(`${page.url()}#column-4`);
      await page.getByRole("link", { name: "Remove paperfox" }).click();
      assert.equal(page.url(), `${base}/side?in=harborlight&in=mossgarden`);
      const frame = await (await page.waitForSelector("#column-1 iframe")).contentFrame();
      await frame!.locator("#rows .row").last().waitFor();
      await page.getByLabel("Add a channel").fill("nobody");
      await page.getByRole("button", { name: "Add" }).click();
      assert.match((await page.locator("#f-in-problem").textContent())!, /No channel named “nobody”/);
      await page.getByRole("link", { name: "In one list" }).click();
      await page.locator("#rows .row").first().waitFor();
    }));
}
