/// <reference lib="dom" />
/** A live search in a real browser: by keyboard, and while its window is hidden. */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { axeFindings, openBrowser, openView } from "../../support/browser/browser.ts";
import { realTabs } from "../../support/browser/real_tabs.ts";
import { serve } from "../../support/http/served.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";
import { inventedSite } from "../../support/site/invented_site.ts";

interface Stage {
  browser: Browser;
  base: string;
  say(text: string): void;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    const say = (text: string) =>
      void site.recorder.receive(1, [{ ...inventedEvent(0, "harborlight"), text }]);
    await act({ browser, base: server.url, say });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}

Deno.test("from a search by keyboard to its live page, on which only what matches appears", () =>
  onStage(async ({ browser, base, say }) => {
    await using view = await openView(browser, { width: 1280 });
    const { page, problems } = view;
    say("a zebra");
    await page.goto(`${base}/search/messages`);
    await page.keyboard.type("zebra -crossing");
    await page.keyboard.press("Enter");
    await page.locator("#found .row", { hasText: "a zebra" }).waitFor();
    await page.locator("#how-many strong").waitFor();
    await page.getByRole("link", { name: "Follow live" }).focus();
    await page.keyboard.press("Enter");
    await page.locator('#live-state[data-state="live"]').waitFor();
    say("zebra crossing");
    say("nothing of it");
    say("two zebras and a zebra");
    await page.locator("#rows .row", { hasText: "two zebras" }).waitFor();
    const texts = await page.locator("#rows .row .text").allTextContents();
    assert.deepEqual(texts, ["a zebra", "two zebras and a zebra"]);
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(problems, []);
  }));

Deno.test("parts that load by themselves are not dimmed meanwhile, and their links can be read and used", async () => {
  using site = inventedSite();
  const held = Promise.withResolvers<void>();
  await using server = serve(async (request, info) => {
    if (/histogram|facets/.test(request.url) && request.headers.has("HX-Request")) await held.promise;
    return await site.app.fetch(request, info);
  });
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width: 1280 });
    await view.page.goto(`${server.url}/search/messages?q=key`);
    await view.page.waitForFunction(() => "htmx" in globalThis && document.readyState === "complete");
    assert.equal(await view.page.locator("[aria-busy=true]").count(), 0);
    assert.deepEqual(await axeFindings(view.page), []);
    held.resolve();
    await view.page.locator("#facets details").waitFor();
    await view.page.locator("#how-many strong").waitFor();
  } finally {
    held.resolve();
    await browser.close();
    site.hub.dropAll();
  }
});

Deno.test("a hidden live search counts new matches in its title, until it is seen again", () =>
  onStage(async ({ browser, base, say }) => {
    const tab = await (await realTabs(browser)).open(`${base}/search/follow?q=zebra`);
    await tab.until(`document.getElementById("live-state")?.dataset.state === "live"`);
    await tab.hide();
    await tab.until(`document.getElementById("live-state").dataset.state === "paused"`);
    say("a zebra");
    say("nothing");
    await tab.until(`document.title.startsWith("(1) Live: zebra")`);
    await tab.show();
    await tab.until(`document.title.startsWith("Live: zebra")`);
    await tab.until(`document.querySelectorAll("#rows .row").length === 1`);
  }));
