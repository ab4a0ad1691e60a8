/// <reference lib="dom" />
/** What a reader who scrolls sees while messages arrive, in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { fromEnd, rowCount, shows, stage, state } from "./live_stage.ts";

Deno.test("a reader who scrolled up keeps the place, and sees how many messages are new", async (t) => {
  await stage(t, "none", async ({ page, say }) => {
    await state(page, "live");
    await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 900);
    const reading = await firstVisible(page);
    say(7);
    await page.getByRole("button", { name: "7 new" }).waitFor();
    // A font that comes late moves rows by a part of a pixel; what comes in would move them by whole rows.
    const moved = await topOf(page, reading.id) - reading.top;
    assert.ok(Math.abs(moved) < 3, `it moved by ${moved} px`);
    await page.getByRole("button", { name: "7 new" }).click();
    await shows(page, "fresh 10006");
    assert.ok(await fromEnd(page) < 2);
    assert.equal(await page.locator("#jump").isVisible(), false);
  });
});

Deno.test("older messages load on scrolling up, without a jump, back to the first one", async (t) => {
  await stage(t, "none", async ({ page }) => {
    await state(page, "live");
    assert.equal(await rowCount(page), 100);
    await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 700);
    const reading = await firstVisible(page);
    await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = scroller.scrollTop - 150);
    await page.waitForFunction(() => document.querySelectorAll("#rows .row").length > 100);
    const moved = await topOf(page, reading.id) - reading.top - 150;
    assert.ok(Math.abs(moved) < 3, `it moved by ${moved} px`);
    for (let i = 0; i < 20 && await page.locator(".edge", { hasText: "begins here" }).count() === 0; i++) {
      await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 0);
      await page.waitForTimeout(100);
    }
    assert.equal(await page.locator(".edge", { hasText: "begins here" }).count(), 1);
    assert.ok(await rowCount(page) <= 500);
    const days = await page.locator("#rows .day").evaluateAll((all) =>
      all.map((day) => (day as HTMLElement).dataset.day)
    );
    assert.equal(new Set(days).size, days.length);
  });
});

Deno.test("the page has at most 500 rows, and a link to older ones", async (t) => {
  await stage(t, "none", async ({ page, say }) => {
    await state(page, "live");
    for (let i = 0; i < 6; i++) say(100);
    await shows(page, "fresh 10599");
    await page.waitForFunction(() => document.getElementById("rows")!.childElementCount <= 501);
    const first = await page.locator("#rows .row").first().getAttribute("data-id");
    assert.equal(
      await page.locator("#rows .older").getAttribute("hx-get"),
      new URL(`/channels/1/messages?before_id=${first}`, page.url()).href,
    );
  });
});

/** The first row that is wholly in view, and where it stands. */
function topOf(page: Page, id: string): Promise<number> {
  return page.locator(`#${id}`).evaluate((row) => row.getBoundingClientRect().top);
}

function firstVisible(page: Page): Promise<{ id: string; top: number }> {
  return page.evaluate(() => {
    const edge = document.getElementById("scroller")!.getBoundingClientRect().top;
    for (const row of document.querySelectorAll("#rows .row")) {
      const { top } = row.getBoundingClientRect();
      if (top >= edge) return { id: row.id, top };
    }
    throw new Error("no row is in view");
  });
}

Deno.test("from a moment in a busy chat, the button leads to the newest message", async (t) => {
  await stage(t, "none", async ({ page, say }) => {
    await state(page, "live");
    await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 900);
    await page.waitForURL(/[?&]at=/);
    for (let i = 0; i < 6; i++) say(100);
    await page.getByRole("button", { name: "600 new" }).click();
    await shows(page, "fresh 10599");
    await state(page, "live");
    assert.ok(await fromEnd(page) < 2);
    assert.equal(new URL(page.url()).search, "");
  });
});
