/// <reference lib="dom" />
/** Rows, cards and the palette by keyboard and by mouse. */
import assert from "node:assert/strict";
import { axeFindings, openBrowser, openView, type View } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

interface Stage extends View {
  site: TestSite;
  base: string;
}

async function onStage(act: (stage: Stage) => Promise<void>, width = 1280): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width });
    await view.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await act({ ...view, site, base: server.url });
    assert.deepEqual(view.problems, []);
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
}

for (const width of [1280, 390]) {
  Deno.test(`a click on a name opens the card, Escape closes it, and the address names it, at ${width} px`, () =>
    onStage(async ({ page, base }) => {
      await page.goto(`${base}/channels/1`);
      await page.locator('#live-state[data-state="live"]').waitFor();
      const name = page.locator("#rows a.name").last();
      const words = await name.innerText();
      const id = (await name.getAttribute("href"))!.split("/")[2]!;
      await name.click();
      const card = page.locator("#card");
      await card.getByRole("heading", { level: 2 }).waitFor();
      assert.ok(words.startsWith(await card.locator("h2").innerText()));
      assert.equal(new URL(page.url()).searchParams.get("card"), id);
      assert.deepEqual(await axeFindings(page), []);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
      await page.keyboard.press("Escape");
      assert.equal(await card.isVisible(), false);
      assert.equal(new URL(page.url()).searchParams.get("card"), null);
      // A copied address opens it again.
      await page.goto(`${base}/channels/1?card=${id}`);
      await card.getByRole("heading", { level: 2 }).waitFor();
    }, width));
}

Deno.test("a mention opens the card of whom it names, and says if nobody has that name", () =>
  onStage(async ({ page, base, site, problems }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    site.recorder.receive(1, [{
      kind: "message",
      channel: "harborlight",
      roomId: 101,
      author: { userId: 104, login: "yukino_san", flags: "" },
      text: "@MossGarden and @nobody_at_all, hello",
      tags: [],
    }]);
    const card = page.locator("#card");
    await page.locator("a.mention", { hasText: "@MossGarden" }).last().click();
    await card.getByRole("heading", { name: "MossGarden" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("a.mention", { hasText: "@nobody_at_all" }).click();
    await card.getByText("Nobody of this name").waitFor();
    assert.match(page.url(), /card=nobody_at_all/);
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    assert.equal(await card.isVisible(), false);
    // The browser reports the answer 404.
    problems.length = 0;
  }));

Deno.test("the card tells who somebody is, and leads on", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1?card=102`);
    const card = page.locator("#card");
    await card.getByRole("heading", { name: "MossGarden" }).waitFor();
    await card.getByText("Badges: Moderator").waitFor();
    assert.ok(Number(await card.locator("dd").first().innerText()) > 10);
    assert.ok(await card.locator(".year a").count() >= 1);
    await card.getByLabel("Search theirs").fill("cat");
    await card.getByLabel("Search theirs").press("Enter");
    await page.waitForURL(/\/search\/messages\?.*user=mossgarden/);
    await page.goBack();
    await card.getByRole("link", { name: "All messages" }).click();
    await page.waitForURL("**/users/102?channel=harborlight");
  }));

Deno.test("rows are read, copied and opened by keys alone", () =>
  onStage(async ({ page, base, site }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const focused = () =>
      page.evaluate(() => Number((document.activeElement as HTMLElement).dataset.id ?? 0));
    await page.keyboard.press("j");
    const last = await focused();
    assert.equal(last, site.recorder.stored.findLast(({ channelId }) => channelId === 1)!.id);
    await page.keyboard.press("k");
    const before = await focused();
    assert.ok(before > 0 && before < last);
    await page.keyboard.press("c");
    await page.getByText("Copied").waitFor();
    assert.equal(
      await page.evaluate("navigator.clipboard.readText()"),
      `${base}/messages/${before}#m${before}`,
    );
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/messages/${before}*`);
    await page.goBack();
    await page.locator('#live-state[data-state="live"]').waitFor();
    await page.keyboard.press("j");
    // Not every row has an author.
    for (let n = 0; n < 20; n++) {
      if (await page.locator(".row:focus a.name").count() > 0) break;
      await page.keyboard.press("k");
    }
    await page.keyboard.press("u");
    await page.locator("#card h2").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.waitForURL("**/events");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate("document.activeElement.id"), "quick");
    // Letters are letters in a field.
    await page.keyboard.type("jug");
    assert.equal(await page.locator("#quick").inputValue(), "jug");
  }));

Deno.test("the bar of a row leads to its context and copies its text", () =>
  onStage(async ({ page, base }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const row = page.locator("#rows .row:not(.notice)", { has: page.locator(".text") }).last();
    const text = await row.locator(".text").textContent();
    const id = await row.getAttribute("data-id");
    await row.hover();
    const bar = page.locator(".row-actions");
    await bar.getByRole("button", { name: "Copy text" }).click();
    await page.getByText("Copied").waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), text);
    await row.hover();
    await bar.getByRole("link", { name: "Context" }).click();
    await page.waitForURL(`**/messages/${id}*`);
  }));

Deno.test("the palette finds channels, people, pages and actions while one types", () =>
  onStage(async ({ page, base, site }) => {
    await page.goto(`${base}/about`);
    await page.keyboard.press("Control+k");
    const options = page.locator("#palette [role=option]");
    await options.first().waitFor();
    await page.keyboard.type("moss");
    await page.getByRole("option", { name: "Person MossGarden" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/channels/2");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("str");
    await page.getByRole("option", { name: "Page Streams" }).waitFor();
    await page.getByRole("option", { name: "Page Streams" }).click();
    await page.waitForURL("**/streams");
    // Actions: another view of the same page, and a channel that is no longer recorded.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("dark theme");
    await page.getByRole("option", { name: "Action Theme: Dark" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Enter");
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.waitForLoadState("load");
    assert.equal(page.url(), `${base}/streams`);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("disable moss");
    await page.getByRole("option", { name: "Action Disable mossgarden" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/channels");
    assert.equal(site.recorder.writer.channels()[1]!.enabled, false);
  }));

Deno.test("the thread of a reply opens beside the chat", () =>
  onStage(async ({ page, base, site }) => {
    const author = { userId: 102, login: "mossgarden", displayName: "MossGarden", flags: "" };
    const said = (text: string, uuid: string, tags: string[]) =>
      site.recorder.receive(1, [{
        kind: "message",
        channel: "harborlight",
        roomId: 101,
        author,
        text,
        uuid,
        tags,
      }]);
    said("how deep is the lake?", "11111111-2222-4333-8444-000000000001", []);
    said("nobody knows", "11111111-2222-4333-8444-000000000002", [
      "reply-parent-display-name=MossGarden",
      "reply-parent-msg-body=how\\sdeep\\sis\\sthe\\slake?",
      "reply-parent-msg-id=11111111-2222-4333-8444-000000000001",
      "reply-parent-user-login=mossgarden",
      "reply-thread-parent-msg-id=11111111-2222-4333-8444-000000000001",
    ]);
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    await page.locator("#rows .row", { hasText: "nobody knows" }).hover();
    await page.locator(".row-actions").getByRole("button", { name: "Thread" }).click();
    const panel = page.locator("#card");
    await panel.getByRole("heading", { name: "Thread" }).waitFor();
    assert.deepEqual(await panel.locator(".row .text").allInnerTexts(), [
      "how deep is the lake?",
      "nobody knows",
    ]);
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    assert.equal(await panel.isVisible(), false);
  }));

Deno.test("with a finger, a long press on a row and a tap on another time say the exact time", () =>
  onStage(async ({ page, context, base }) => {
    await page.goto(`${base}/channels/1`);
    await page.locator('#live-state[data-state="live"]').waitFor();
    const row = page.locator("#rows .row").last();
    const exact = (await row.locator("time").getAttribute("title"))!;
    assert.match(exact, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    const { x, y } = (await row.locator(".body").boundingBox())!;
    const fingers = await context.newCDPSession(page);
    await fingers.send("Input.dispatchTouchEvent", {
      type: "touchStart",
      touchPoints: [{ x: x + 2, y: y + 2 }],
    });
    await page.locator(".row-actions", { hasText: "Copy link" }).waitFor();
    await fingers.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    assert.equal(await page.locator(".row-actions > span").innerText(), exact);
    assert.deepEqual(await axeFindings(page), []);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);

    await page.goto(`${base}/users/101`);
    const seen = page.locator(".facts time").first();
    await seen.tap();
    assert.equal(await page.locator(".toast").innerText(), await seen.getAttribute("title"));
  }, 390));
