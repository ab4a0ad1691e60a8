/// <reference lib="dom" />
/** Titles, addresses, focus and dates, as a person meets them in the browser. */
import assert from "node:assert/strict";
import { axeFindings, openBrowser, openView, type View } from "../support/browser/browser.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

interface Stage extends View {
  site: TestSite;
  base: string;
}

async function onStage(width: number, act: (stage: Stage) => Promise<void>, script = true): Promise<void> {
  using site = inventedSite();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width, script });
    await act({ ...view, site, base: `http://127.0.0.1:${server.addr.port}` });
    assert.deepEqual(view.problems, []);
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
}

Deno.test("after a search in the page the title is the query, and the address has no empty fields", () =>
  onStage(1280, async ({ page, base }) => {
    await page.goto(`${base}/search/messages`);
    await page.keyboard.type("key");
    await page.keyboard.press("Enter");
    await page.locator("mark", { hasText: "key" }).first().waitFor();
    await page.waitForFunction(() => document.title === "Search: key · Scrollback");
    await page.waitForURL(`${base}/search/messages?q=key`);
    await page.goBack();
    await page.waitForURL(`${base}/search/messages`);
    // Back may load the document again, which would abort the next navigation.
    await page.waitForFunction(() => document.readyState === "complete" && !document.querySelector("mark"));

    await page.goto(`${base}/search/users`);
    await page.keyboard.type("moss");
    await page.waitForFunction(() => document.title === "People: moss · Scrollback");
    await page.waitForURL(`${base}/search/users?q=moss`);
    await page.getByLabel("Name").fill("");
    await page.waitForFunction(() => document.title === "Search people · Scrollback");
    await page.waitForURL(`${base}/search/users`);
  }));

Deno.test("the line on top shows the parts of the search, each with a way to leave it out", () =>
  onStage(1280, async ({ page, base }) => {
    await page.goto(`${base}/search/messages?q=key+in:harborlight`);
    const chips = page.getByRole("list", { name: "Parts of the search in this line" });
    assert.deepEqual(await chips.locator("code").allInnerTexts(), ["key", "in:harborlight"]);
    assert.deepEqual(await axeFindings(page), []);
    // Typing hides them.
    await page.locator("#quick").focus();
    assert.equal(await chips.locator("a").first().isVisible(), false);
    // A search in the page changes the line, too.
    await page.getByLabel("Words").fill("key in:harborlight -lantern");
    await page.getByLabel("Words").press("Enter");
    await chips.getByText("-lantern").waitFor();
    assert.equal(await page.locator("#quick").inputValue(), "key in:harborlight -lantern");
    await chips.getByText("key", { exact: true }).click();
    await page.waitForURL(`${base}/search/messages?q=in%3Aharborlight+-lantern`);
    // In a channel, they are its filter.
    await page.goto(`${base}/channels/1?q=is:first+has:link`);
    await chips.getByText("is:first").click();
    await page.waitForURL(`${base}/channels/1?q=has%3Alink`);
    await chips.getByText("in:harborlight").click();
    await page.waitForURL(`${base}/search/messages?q=has%3Alink`);
  }));

Deno.test("without script the address of a search has no empty fields either", () =>
  onStage(390, async ({ page, base }) => {
    await page.goto(`${base}/search/messages`);
    await page.getByLabel("Words").fill("key");
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator("mark", { hasText: "key" }).first().waitFor();
    assert.equal(page.url(), `${base}/search/messages?q=key`);
    assert.equal(await page.title(), "Search: key · Scrollback");
  }, false));

Deno.test("the search field is focused on its page, unless something else has the focus", () =>
  onStage(1280, async ({ page, base }) => {
    const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement).name ?? "");
    for (const path of ["/search/messages", "/search/messages?q=the", "/search/channels", "/search/users"]) {
      await page.goto(base + path);
      assert.equal(await focused(), "q", path);
      assert.equal(await page.evaluate(() => scrollY), 0);
    }
    // What comes into the page leaves the focus where the reader is.
    await page.goto(`${base}/search/messages`);
    await page.locator(".filters summary").click();
    await page.getByLabel("User", { exact: true }).fill("mossgarden");
    await page.getByLabel("User", { exact: true }).press("Enter");
    await page.locator("#found .row").first().waitFor();
    assert.equal(await focused(), "user");
    // Back from a result, the place is kept.
    const result = page.locator("#found .row .at").nth(30);
    await result.scrollIntoViewIfNeeded();
    assert.ok(await page.evaluate(() => scrollY) > 300);
    const top = await result.evaluate((row) => row.getBoundingClientRect().top);
    await result.click();
    await page.getByRole("heading", { name: /A message in/ }).waitFor();
    await page.goBack();
    await page.locator("#found .row").first().waitFor();
    // The filters are closed now, so that the page is shorter above the row.
    await page.waitForFunction(
      (top) => {
        const row = document.querySelectorAll("#found .row .at")[30];
        return Math.abs(row!.getBoundingClientRect().top - top) < 40;
      },
      top,
      { timeout: 5_000 },
    );
  }));

Deno.test("landmarks for searching have names of their own", () =>
  onStage(1280, async ({ page, base }) => {
    for (
      const path of ["/search/messages", "/search/users", "/search/channels", "/users/104", "/channels/1"]
    ) {
      await page.goto(base + path);
      const names = await page.getByRole("search").evaluateAll((forms) =>
        forms.map((form) => form.getAttribute("aria-label"))
      );
      assert.ok(names.length >= 2, path);
      assert.ok(
        names.every((name) => name !== null) && new Set(names).size === names.length,
        `${path}: ${names}`,
      );
      assert.deepEqual(await axeFindings(page), [], path);
    }
  }));

Deno.test("the day of the messages in view stands at the top of the log, wherever one reads", () =>
  onStage(1280, async ({ page, base, site }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const atTop = () =>
      page.evaluate(() => {
        const { left, top } = document.getElementById("scroller")!.getBoundingClientRect();
        const header = document.elementFromPoint(left + 60, top + 8)?.closest<HTMLElement>(".day, .edge");
        let row = document.elementFromPoint(left + 60, header!.getBoundingClientRect().bottom + 4);
        while (row && !row.matches(".row")) row = row.parentElement ?? row.nextElementSibling;
        // Above everything stands what leads to older messages.
        if (header?.matches(".edge")) return ["edge"];
        return [header?.dataset.day, row?.querySelector("time")?.dateTime.slice(0, 10)];
      });
    const agree = async (where: string) => {
      const [header, row] = await atTop();
      assert.ok(header !== undefined, where);
      if (row !== undefined) assert.equal(header, row, where);
    };
    await agree("at the end");
    const scroller = page.locator("#scroller");
    for (let n = 0; n < 12; n++) {
      await scroller.evaluate((element) => element.scrollTop -= 700);
      await page.evaluate(() => new Promise(requestAnimationFrame));
      await agree(`after ${n + 1} steps up`);
    }
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const said = Array.from({ length: 700 }, (_, i) => ({
      kind: "message",
      channel: "harborlight",
      text: `fresh ${i}`,
      tags: [],
    } as const));
    for (let n = 0; n < 7; n++) site.recorder.receive(1, said.slice(n * 100, n * 100 + 100));
    await page.locator("#rows .row", { hasText: "fresh 699" }).waitFor();
    await page.waitForFunction(() => document.getElementById("rows")!.childElementCount <= 501);
    await agree("after the oldest rows have left the page");
  }));

Deno.test("a channel that is not recorded has no green light, and says since when", () =>
  onStage(1280, async ({ page, base, site }) => {
    await site.recorder.setEnabled(2, false);
    await page.goto(`${base}/channels/2`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const head = page.locator(".view-head");
    assert.match(await head.innerText(), /Not recording\s+· last message \d+ \w+ 20\d\d/);
    const live = await page.locator("#live-state").boundingBox();
    assert.ok(live!.width <= 1 && live!.height <= 1, "the page's own connection is no second state");
    await site.recorder.setEnabled(2, true);
    await page.evaluate(() =>
      (globalThis as unknown as { htmx: { trigger(element: Element, name: string): void } }).htmx
        .trigger(document.getElementById("recording")!, "every")
    );
    await head.getByText("Recording", { exact: true }).waitFor();
  }));
