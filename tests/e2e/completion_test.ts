/// <reference lib="dom" />
/** The completion of a search in a real browser, by keyboard and by pointer. */
import assert from "node:assert/strict";
import { axeFindings, openBrowser, openView } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { inventedSite } from "../support/site/invented_site.ts";

Deno.test("a search is completed by keyboard and by pointer, and still works as a field", async () => {
  using site = inventedSite();
  site.recorder.receive(
    1,
    ["zebra", "zebra", "zebracorn"].map((text) => ({ ...inventedEvent(0, "harborlight"), text })),
  );
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width: 1280 });
    const { page, problems } = view;
    const field = page.getByLabel("Words");
    const option = (text: string) => page.getByRole("option", { name: text });
    await page.goto(`${server.url}/search/messages`);
    await page.keyboard.type("zeb");
    await option("zebracorn").waitFor();
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("ArrowDown");
    assert.equal(await field.getAttribute("aria-activedescendant"), "completion-0");
    await page.keyboard.press("Tab");
    assert.equal(await field.inputValue(), "zebra ");
    assert.equal(await page.getByRole("listbox").count(), 0);

    await page.keyboard.type("i");
    await option("in:").waitFor();
    await option("in:").click();
    await option("harborlight").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("listbox").count(), 0);

    // A list that is older than the text replaces the whole word.
    await page.keyboard.type(" f");
    await option("from:").waitFor();
    await field.evaluate((input: HTMLInputElement) => {
      input.setRangeText("rom:har", input.value.length, input.value.length, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector<HTMLElement>('[data-text="from:"]')!.click();
    });
    assert.equal(await field.inputValue(), "zebra in: from:");
    await field.fill("zebra in:");
    await page.keyboard.type("harborlight");
    await option("harborlight").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#found .row", { hasText: "zebra" }).first().waitFor();
    assert.equal(await page.getByRole("listbox").count(), 0);
    assert.equal(await field.inputValue(), "zebra in:harborlight");
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
});
