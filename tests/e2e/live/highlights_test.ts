/// <reference lib="dom" />
/** Highlight rules in a real browser: their page without script, live rows that they mark, and the sound. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { axeFindings, openBrowser, openView } from "../../support/browser/browser.ts";
import { serve } from "../../support/http/served.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import type { TestSite } from "../../support/site/site.ts";

interface Stage {
  browser: Browser;
  base: string;
  site: TestSite;
  say(...texts: string[]): void;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    const say = (...texts: string[]) =>
      void site.recorder.receive(1, texts.map((text) => ({ ...inventedEvent(0, "harborlight"), text })));
    await act({ browser, base: server.url, site, say });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}

async function addRule(page: Page, search: string, color: string, sound = false): Promise<void> {
  await page.getByLabel("Mark messages with").fill(search);
  await page.getByLabel(color).check();
  if (sound) await page.getByLabel("With a sound").check();
  await page.getByRole("button", { name: "Save in this browser" }).click();
}

const markOf = (page: Page, text: string) =>
  page.locator("#rows .row", { hasText: text }).last().getAttribute("data-mark");

for (const width of [390, 1280]) {
  for (const theme of ["light", "dark"] as const) {
    Deno.test(`rules are added, changed and removed without script at ${width} px, ${theme}`, () =>
      onStage(async ({ browser, base, site, say }) => {
        await using view = await openView(browser, { width, theme, script: false });
        const { page } = view;
        say("a zebra", "a crossing");
        await page.goto(`${base}/channels/1`);
        await page.goto(`${base}/settings`);
        await page.getByRole("link", { name: /Highlight messages/ }).click();
        await addRule(page, "zebra", "Violet", true);
        await addRule(page, "from:nobody_yet", "Pink");
        await addRule(page, "before:soon", "Green");
        assert.match((await page.locator("#f-q-problem").textContent())!, /needs a date/);
        assert.equal(await page.getByLabel("Mark messages with").inputValue(), "before:soon");
        assert.ok(await page.getByLabel("Green").isChecked());
        await addRule(page, "crossing", "Green");
        await page.getByRole("link", { name: "Change zebra" }).click();
        assert.ok(await page.getByLabel("With a sound").isChecked());
        await page.getByLabel("Blue").check();
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByRole("button", { name: "Remove crossing" }).click();
        assert.deepEqual(await page.locator(".rule-list code:first-child").allTextContents(), [
          "zebra",
          "from:nobody_yet",
        ]);
        assert.equal(await page.locator(".rule-list .problem").count(), 1);
        await page.goto(`${base}/channels/1`);
        assert.deepEqual([await markOf(page, "a zebra"), await markOf(page, "a crossing")], ["blue", null]);
        const row = page.locator("#rows .row", { hasText: "a zebra" });
        assert.equal(await row.locator(".sr-only").textContent(), "Highlighted by zebra: ");
        const bar = await row.evaluate((element) => getComputedStyle(element).boxShadow);
        assert.match(bar, /3px 0px 0px 0px inset/);
        assert.deepEqual(await site.archive.highlightRules(), []);
      }));

    Deno.test(`marked rows and the page of rules have no finding of axe at ${width} px, ${theme}`, () =>
      onStage(async ({ browser, base, site }) => {
        await using view = await openView(browser, { width, theme });
        const { page } = view;
        const authors = site.recorder.stored.map(({ author }) => author).filter((author) =>
          author !== undefined
        );
        const colors = ["amber", "green", "blue", "violet", "pink", "red"] as const;
        const rules = colors.map((color) => `${color} paint${color}`).join("\n");
        await view.context.addCookies([{
          name: "scrollback_highlights",
          value: encodeURIComponent(rules),
          url: base,
        }]);
        const people = [...new Map(authors.map((author) => [author.login, author])).values()];
        for (const color of colors) {
          site.recorder.receive(
            1,
            people.map((author) => ({
              ...inventedEvent(0, "harborlight"),
              author,
              text: `paint${color} @MossGarden https://example.org`,
            })),
          );
        }
        await page.goto(`${base}/channels/1`);
        assert.equal(await page.locator("#rows .row[data-mark]").count(), people.length * colors.length);
        assert.deepEqual(await axeFindings(page), []);
        await page.goto(`${base}/highlights`);
        assert.equal(await page.locator(".rule-list li").count(), colors.length);
        assert.deepEqual(await axeFindings(page), []);
        assert.deepEqual(view.problems, []);
      }));
  }
}

Deno.test("live rows are marked like those of the page, and a changed rule holds after a reload", () =>
  onStage(async ({ browser, base, say }) => {
    await using view = await openView(browser, { width: 1280 });
    const { page, context } = view;
    await page.goto(`${base}/highlights`);
    await addRule(page, "zebra", "Violet");
    const other = await context.newPage();
    await other.goto(`${base}/channels/1`);
    await other.locator('#live-state[data-state="live"]').waitFor();
    say("no match", "a zebra");
    await other.locator("#rows .row[data-mark]", { hasText: "a zebra" }).waitFor();
    assert.equal(
      await other.locator("#rows .row", { hasText: "a zebra" }).locator(".sr-only").textContent(),
      "Highlighted by zebra: ",
    );
    assert.equal(await markOf(other, "no match"), null);
    await page.getByRole("link", { name: "Change zebra" }).click();
    await page.getByLabel("Red").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    // The first page goes on with the rules that it was opened with; the second has the new ones on both kinds of rows.
    const later = await context.newPage();
    await later.goto(`${base}/channels/1`);
    await later.locator('#live-state[data-state="live"]').waitFor();
    assert.equal(await markOf(later, "a zebra"), "red");
    say("zebra two");
    await later.locator("#rows .row[data-mark]", { hasText: "zebra two" }).waitFor();
    assert.equal(await markOf(later, "zebra two"), "red");
    assert.deepEqual(view.problems, []);
  }));

Deno.test("a tone sounds for live rows only, if the reader turned it on and used the page, at most once a second", () =>
  onStage(async ({ browser, base, say }) => {
    await using view = await openView(browser, { width: 1280 });
    const { context } = view;
    let { page } = view;
    // Counts the tones of the real audio.
    await context.addInitScript(() => {
      const create = AudioContext.prototype.createOscillator;
      AudioContext.prototype.createOscillator = function () {
        document.documentElement.dataset.tones = String(
          Number(document.documentElement.dataset.tones ?? 0) + 1,
        );
        return create.call(this);
      };
    });
    const tones = async () => Number(await page.locator("html").getAttribute("data-tones") ?? 0);
    const hear = async (text: string) => {
      say(text);
      await page.locator("#rows .row[data-mark]", { hasText: text }).last().waitFor();
    };
    const open = async () => {
      await page.goto(`${base}/channels/1`);
      await page.locator('#live-state[data-state="live"]').waitFor();
    };
    await page.goto(`${base}/highlights`);
    await addRule(page, "zebra", "Violet", true);
    await addRule(page, "quiet", "Green");
    say("a zebra before");
    await open();
    await page.locator("#scroller").click();
    await hear("zebra one");
    assert.equal(await tones(), 0, "sounds are off at first");

    await page.goto(`${base}/highlights`);
    await page.getByRole("button", { name: "Turn sounds on" }).click();
    const used = page;
    page = await context.newPage();
    // What tests evaluate counts as a click: here, the browser says that there was none.
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: false } });
    });
    await open();
    await hear("zebra two");
    assert.equal(await tones(), 0, "the page was not used yet");
    await page.close();
    page = used;
    await open();
    await page.locator("#scroller").click();
    await hear("a quiet one");
    assert.equal(await tones(), 0, "this rule has no sound");
    await hear("zebra three");
    assert.equal(await tones(), 1);
    const from = await page.evaluate(() => performance.now());
    await hear("zebra four");
    const isSoon = await page.evaluate((from) => performance.now() - from < 900, from);
    if (isSoon) assert.equal(await tones(), 1, "not twice in a second");
    await page.waitForFunction((from) => performance.now() - from > 1_100, from);
    await hear("zebra five");
    assert.equal(await tones(), 2);
    assert.deepEqual(view.problems, []);
  }));
