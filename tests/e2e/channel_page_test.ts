/// <reference lib="dom" />
/** A channel's page in the browser: filters that the live stream honours, the strip, days and moments, and the zone. */
import assert from "node:assert/strict";
import { axeFindings, openBrowser, openView, type View } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

interface Stage extends View {
  site: TestSite;
  base: string;
}

type Options = Omit<Parameters<typeof openView>[1], "width"> & { width?: number };

async function onStage(act: (stage: Stage) => Promise<void>, options: Options = {}): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width: 1280, ...options });
    await act({ ...view, site, base: server.url });
    assert.deepEqual(view.problems, []);
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
}

/** @param isFirst whether Twitch marks it as the author's first message in the channel */
function say(site: TestSite, text: string, isFirst = false): void {
  const author = { userId: 104, login: "yukino_san", displayName: "ゆきのさん", flags: "" };
  const tags = ["emotes=", `first-msg=${isFirst ? 1 : 0}`, "flags=", "returning-chatter=0"];
  site.recorder.receive(1, [{ kind: "message", channel: "harborlight", roomId: 101, author, text, tags }]);
}

Deno.test("a filter shows only messages that match it, also new ones", () =>
  onStage(async ({ page, base, site }) => {
    await page.goto(`${base}/channels/1`);
    await page.getByRole("navigation", { name: "Filters" }).getByText("First messages").click();
    await page.waitForURL("**/channels/1?q=is%3Afirst");
    await page.locator('#live-state[data-state="live"]').waitFor();
    const before = await page.locator("#rows .row").count();
    say(site, "an everyday remark");
    say(site, "the first words", true);
    await page.getByText("the first words").waitFor();
    assert.equal(await page.getByText("an everyday remark").count(), 0);
    assert.equal(await page.locator("#rows .row").count(), before + 1);
    // The same search, and the whole channel again.
    assert.equal(await page.locator("#quick").inputValue(), "is:first in:harborlight ");
    await page.getByRole("navigation", { name: "Filters" }).getByText("All").click();
    await page.getByText("an everyday remark").waitFor();
  }));

Deno.test("a word becomes a filter, and its chip takes it away", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1`);
    await page.getByText("+ word…").click();
    await page.getByLabel("Show only messages with").fill("lake");
    await page.getByLabel("Show only messages with").press("Enter");
    await page.waitForURL("**/channels/1?q=lake");
    const texts = await page.locator("#rows .row .text").allInnerTexts();
    assert.ok(texts.length > 0 && texts.every((text) => /lake/i.test(text)), texts.join("\n"));
    await page.getByTitle("Show everything").click();
    await page.waitForURL("**/channels/1");
  }));

Deno.test("a bar of the strip leads to its time, and the strip shows a longer span", () =>
  onStage(async ({ page, base, site }) => {
    await page.goto(`${base}/channels/1`);
    const bars = page.locator("#channel-strip svg a");
    await bars.first().waitFor();
    await page.getByRole("navigation", { name: "Span of the strip" }).getByText("7 d").click();
    await page.locator("#channel-strip [aria-current]", { hasText: "7 d" }).waitFor();
    await bars.first().click();
    await page.waitForURL(/\/channels\/1\?at=/);
    const first = site.recorder.stored.find(({ channelId }) => channelId === 1)!;
    await page.locator(`#m${first.id}`).waitFor();
    assert.deepEqual(await axeFindings(page), []);
  }));

Deno.test("the strip shows the time under the pointer, and a range that is dragged leads to its messages", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1?q=is:first`);
    const strip = page.locator("#channel-strip svg");
    await strip.waitFor();
    const { x, y, width } = (await strip.boundingBox())!;
    await page.mouse.move(x + width / 4, y + 5);
    const mark = page.locator(".strip-mark");
    assert.match(await mark.innerText(), /^\d+ \w+ 20\d\d, \d\d:\d\d$/);
    await page.mouse.move(x + width / 4, y - 50);
    assert.equal(await mark.count(), 0);
    await page.mouse.move(x + 2, y + 5);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 8, { steps: 4 });
    assert.ok((await mark.boundingBox())!.width > width * 0.45);
    await page.mouse.move(x + width - 2, y + 5, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL("**/search/messages?q=*");
    const q = new URL(page.url()).searchParams.get("q")!;
    const [, from, to] = /^is:first in:harborlight after:(\S+) before:(\S+)$/.exec(q)!;
    const hours = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 3_600_000;
    assert.ok(hours >= 24 && hours < 25, q);
    await page.locator("#found .row").first().waitFor();
    // A click on one bar is a click.
    await page.goto(`${base}/channels/1`);
    await page.locator("#channel-strip svg a").last().click();
    await page.waitForURL(/\/channels\/1\?at=/);
  }));

Deno.test("a day of the calendar opens at its first message, and the address keeps the place", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    await page.locator("#rows .day a").last().click();
    const days = page.locator("#month a[title]");
    await days.first().waitFor();
    const day = await days.first().getAttribute("href");
    await days.first().click();
    await page.waitForURL(`**${day}`);
    const at = new URL(page.url()).searchParams.get("at")!;
    const firstSeen = () =>
      page.evaluate(() => {
        const top = document.getElementById("scroller")!.getBoundingClientRect().top + 30;
        const row = [...document.querySelectorAll("#rows .row")].find((each) =>
          each.getBoundingClientRect().top >= top - 6
        );
        return row!.querySelector("time")!.dateTime;
      });
    assert.equal((await firstSeen()).slice(0, 10), at);
    await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop += 400);
    const seen = await firstSeen();
    await page.waitForFunction((seen) => {
      const at = new URL(location.href).searchParams.get("at")!;
      return Math.abs(Date.parse(at) - Date.parse(seen)) <= 120_000;
    }, seen);
    await page.reload();
    await page.locator("#rows .row").first().waitFor();
    const difference = Math.abs(Date.parse(await firstSeen()) - Date.parse(seen));
    assert.ok(difference <= 120_000, `${seen} and ${await firstSeen()}`);
  }));

Deno.test("a page is in the browser's zone from its first view on, live rows too, and UTC is one click away", () =>
  onStage(async ({ page, base, site }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('html[data-zone="Asia/Seoul"]').waitFor();
    await page.locator('#live-state[data-state="live"]').waitFor();
    say(site, "good morning");
    const row = page.locator("#rows .row", { hasText: "good morning" });
    await row.waitFor();
    const shown = (await row.locator("time").textContent())!;
    const exact = await row.locator("time").getAttribute("datetime");
    const seoul = new Date(Date.parse(exact!) + 9 * 3_600_000).toISOString();
    assert.equal(shown.trim(), seoul.slice(11, 19));
    const days = await page.locator("#rows .day").evaluateAll((days) =>
      days.map((day) => (day as HTMLElement).dataset.day)
    );
    assert.equal(days.at(-1), seoul.slice(0, 10));
    assert.equal(new Set(days).size, days.length, "each day has one header");
    await page.locator(".zone-switch button").click();
    await page.locator('html[data-zone="UTC"]').waitFor();
    assert.equal((await row.locator("time").textContent())!.trim(), exact!.slice(11, 19));
  }, { timezoneId: "Asia/Seoul" }));

Deno.test("without script, the view is a form, filters and days are links", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator(".view-menu summary").click();
    await page.getByRole("button", { name: "Dark" }).click();
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    assert.match(page.url(), /\/channels\/1$/);
    await page.getByRole("navigation", { name: "Filters" }).getByText("Links").click();
    assert.ok(await page.locator("#rows .row").count() > 0);
    await page.goto(`${base}/channels/1/days`);
    await page.locator("#month a[title]").first().click();
    assert.ok(await page.locator("#rows .row").count() > 0);
  }, { script: false }));
