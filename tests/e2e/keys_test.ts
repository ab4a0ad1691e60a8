/// <reference lib="dom" />
/** The keyboard in a channel's log, in a real browser, also while very much is said. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { inventedSite } from "../support/site/invented_site.ts";

interface Stage {
  page: Page;
  base: string;
  /** Says 500 rows a second until the stage is left. */
  flood(): void;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
  const browser = await openBrowser();
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    await using view = await openView(browser, { width: 1280 });
    let n = 0;
    const say = () =>
      site.recorder.receive(
        1,
        Array.from({ length: 25 }, () => ({ ...inventedEvent(0, "harborlight"), text: `flood ${n++}` })),
      );
    await act({
      page: view.page,
      base: `http://127.0.0.1:${server.addr.port}`,
      flood: () => void (timer = setInterval(say, 50)),
    });
    assert.deepEqual(view.problems, []);
  } finally {
    clearInterval(timer);
    await browser.close();
    site.hub.dropAll();
  }
}

const top = (page: Page) => page.locator("#scroller").evaluate((scroller) => scroller.scrollTop);
const live = (page: Page) => page.locator('#live-state[data-state="live"]').waitFor();

const KEYS = ["PageUp", "ArrowUp", "Home", "Shift+Space"];

Deno.test("PageUp, Up and Home scroll a fresh channel page, in which nothing has the focus", () =>
  onStage(async ({ page, base }) => {
    for (const key of KEYS) {
      await page.goto(`${base}/channels/1`);
      await live(page);
      const before = await page.locator("#scroller").evaluate(({ scrollTop, scrollHeight }) => (
        { top: scrollTop, height: scrollHeight }
      ));
      assert.ok(before.top > 0);
      await page.keyboard.press(key);
      // At the top, older rows come in above what is read.
      await page.waitForFunction(({ top, height }) => {
        const { scrollTop, scrollHeight } = document.getElementById("scroller")!;
        return scrollTop < top + scrollHeight - height;
      }, before);
      await page.getByRole("button", { name: "Newest" }).waitFor();
      assert.equal(await page.evaluate("document.activeElement.id"), "scroller");
      await page.keyboard.press("End");
      await page.locator("#jump").waitFor({ state: "hidden" });
    }
  }));

for (const focus of ["the page", "the log"] as const) {
  Deno.test(`Up, PageUp and Home leave the end at 500 rows a second, and what is read stays, focus on ${focus}`, () =>
    onStage(async ({ page, base, flood }) => {
      flood();
      for (const key of KEYS) {
        await page.goto(`${base}/channels/1`);
        await live(page);
        if (focus === "the log") await page.locator("#scroller").focus();
        const last = await lastRow(page);
        await page.waitForFunction((id) => {
          // It may have been trimmed already.
          const isThere = document.getElementById(id) !== null;
          return !isThere || document.querySelectorAll(`#${id} ~ .row`).length > 100;
        }, last);
        await page.keyboard.press(key);
        await page.getByRole("button", { name: "new" }).waitFor();
        await atRest(page);
        const reading = await page.evaluate(() => {
          const edge = document.getElementById("scroller")!.getBoundingClientRect().top;
          const row = [...document.querySelectorAll("#rows .row")]
            .find((row) => row.getBoundingClientRect().top >= edge)!;
          return { id: row.id, top: row.getBoundingClientRect().top };
        });
        const words = await page.locator("#jump-words").innerText();
        await page.waitForFunction(
          (was) => document.getElementById("jump-words")!.textContent !== was,
          words,
        );
        const now = await page.locator(`#${reading.id}`).evaluate((row) => row.getBoundingClientRect().top);
        assert.ok(Math.abs(now - reading.top) < 3, `${key}: it moved by ${now - reading.top} px`);
        assert.ok(await page.locator("#jump").isVisible(), key);
      }
    }));
}

/**
 * Resolves when the log has not moved for half a second of frames: the browser scrolls by keys over several frames, and
 * rows that come into sight get their true height.
 */
const atRest = (page: Page) =>
  page.evaluate(() => {
    const scroller = document.getElementById("scroller")!;
    return new Promise<void>((resolve) => {
      let [place, since] = ["", 0];
      const look = (now: number) => {
        const is = `${scroller.scrollTop} ${document.querySelector("#rows .row")!.id}`;
        if (is !== place) [place, since] = [is, now];
        if (now - since > 500) resolve();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  });

const lastRow = (page: Page) => page.locator("#rows .row").last().evaluate((row) => row.id);

Deno.test("a wheel leaves the end at 500 rows a second", () =>
  onStage(async ({ page, base, flood }) => {
    await page.goto(`${base}/channels/1`);
    await live(page);
    flood();
    await page.locator("#rows .row", { hasText: "flood 600" }).waitFor({ state: "attached" });
    await page.locator("#scroller").hover();
    await page.mouse.wheel(0, -30);
    await page.getByRole("button", { name: "new" }).waitFor();
  }));

Deno.test("keys that a field uses do not scroll the log", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1`);
    await live(page);
    const before = await top(page);
    await page.locator("#quick").fill("lantern");
    for (const key of ["Home", "ArrowUp", "PageUp", "End"]) await page.keyboard.press(key);
    assert.equal(await top(page), before);
    assert.equal(await page.evaluate("document.activeElement.id"), "quick");
  }));

Deno.test("what is read stays when older rows of the same day arrive above it", () =>
  onStage(async ({ page, base }) => {
    const held = Promise.withResolvers<void>();
    await page.route("**/messages?before_id=*", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${base}/channels/1`);
    await live(page);
    await page.locator("#scroller").focus();
    await page.keyboard.press("Home");
    await atRest(page);
    const row = page.locator("#rows .row").first();
    const id = await row.getAttribute("id");
    assert.ok(await page.locator("#rows > .older + .day").count() > 0, "a day's header is above the row");
    const topOf = () => page.locator(`#${id}`).evaluate((row) => row.getBoundingClientRect().top);
    const before = await topOf();
    held.resolve();
    await page.waitForFunction((id) => document.querySelector("#rows .row")!.id !== id, id);
    await atRest(page);
    const moved = await topOf() - before;
    assert.ok(Math.abs(moved) < 3, `it moved by ${moved} px`);
  }));
