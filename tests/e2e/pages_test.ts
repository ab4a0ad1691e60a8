/// <reference lib="dom" />
/** Every page in a real browser: no errors, no refusals of the policy, no findings of axe of any level. */
import { makeToken } from "../../src/web/access/token.ts";
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import { axeFindings, openBrowser, openView } from "../support/browser/browser.ts";
import type { TestSite } from "../support/site/site.ts";

const PAGES = [
  "/",
  "/channels",
  "/channels/1",
  "/channels/1/delete",
  "/channels/2",
  "/channels/1?q=key",
  "/channels/1?at=2020-01-01",
  "/channels/1/strip",
  "/channels/1/days",
  "/channels/1/events",
  "/channels/1/people?after=1970",
  "/channels/1/streams",
  "/events",
  "/events?kind=subs",
  "/streams",
  "/settings",
  "/highlights",
  "/side?in=harborlight&in=mossgarden",
  "/tokens",
  "/opt-outs",
  "/audit",
  "/about",
  "/docs",
  "/searches/hats/webhooks",
  "/channels/2/coverage",
  "/channels/2/stats",
  "/channels/1/stats/topics",
  "/channels/4",
  "/users",
  "/users/104",
  "/search/messages",
  "/search/messages?q=key&channel=harborlight",
  "/search/messages?q=key&channel=nope&to=nonsense",
  "/search/messages/histogram?q=key",
  "/search/messages/facets?q=key",
  "/search/follow?q=key",
  "/search/channels?q=l",
  "/search/users?q=moss",
  "/channels/1/coverage",
  "/channels/1/stats?after=7d",
  "/channels/2/retention",
  "/channels/nobody",
  "/searches?q=key",
] as const;

/** A row on each page of who may use the archive. */
function withAccessRows({ recorder: { writer } }: TestSite): void {
  const { token } = makeToken({ name: "my bot", scopes: ["read", "manage"], days: 1 }, Date.now());
  writer.change({ kind: "create token", token });
  const optOut = {
    kind: "user",
    twitchId: 4711,
    login: "stranger",
    at: Date.now(),
    stored: "hidden",
  } as const;
  writer.change({ kind: "opt out", optOut });
  writer.change({ kind: "save search", saved: { name: "hats", search: "hat", savedAt: Date.now() } });
  const webhook = {
    search: "hats",
    url: "https://hooks.example/a",
    secret: "0".repeat(64),
    createdAt: Date.now(),
    sentTo: 0,
  };
  writer.change({ kind: "add webhook", webhook });
  const entry = {
    at: Date.now(),
    by: "token",
    token: "my bot",
    address: "2001:db8::1",
    action: "opt out",
  } as const;
  writer.change({ kind: "audit", entry: { ...entry, object: "user stranger (4711)", result: "done" } });
}

Deno.test("no page is at fault or hard to use", () =>
  onStage(async ({ browser, base, site }) => {
    const message = site.recorder.stored[300]!;
    withAccessRows(site);
    await using view = await openView(browser, { width: 390 });
    const { page, problems } = view;
    for (const path of [...PAGES, `/messages/${message.id}`, `/messages/${message.id}/thread`]) {
      await page.goto(base + path);
      if (path === "/channels/1") await page.locator('#live-state[data-state="live"]').waitFor();
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 844 });
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          const rules = theme === "dark" ? ["color-contrast"] : undefined;
          assert.deepEqual(await axeFindings(page, rules), [], `${path} at ${width} px, ${theme}`);
        }
      }
      assert.deepEqual(problems.filter((each) => !each.includes("404")), [], path);
    }
  }));

Deno.test("a person adds a channel, watches it, searches, opens a result and its author", () =>
  onStage(async ({ browser, base, site }) => {
    await using view = await openView(browser, { width: 1280 });
    const { page, problems } = view;
    await page.goto(`${base}/channels`);
    await page.getByLabel("Add channels").fill("https://www.twitch.tv/BrassKey");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.waitForURL("**/channels/5");
    await page.locator('#live-state[data-state="live"]').waitFor();

    const author = { userId: 110, login: "brasskey", displayName: "BrassKey", flags: "" };
    site.recorder.receive(5, [
      {
        kind: "message",
        channel: "brasskey",
        author,
        text: "a <b>lighthouse</b> & 草 <script>alert(1)</script>",
        tags: [],
      },
    ]);
    await page.getByText("a <b>lighthouse</b> & 草 <script>alert(1)</script>").waitFor();

    await page.getByLabel("Search all messages").fill("lighthouse");
    await page.getByLabel("Search all messages").press("Enter");
    await page.locator("mark", { hasText: "lighthouse" }).waitFor();
    await page.locator("#found .row .at").click();
    await page.getByRole("heading", { name: "A message in brasskey" }).waitFor();
    // Without the scripts, the name would lead to the page of the person.
    await page.waitForLoadState("load");
    await page.locator(".row.focus .name").click();
    await page.getByRole("heading", { name: "BrassKey", exact: true }).waitFor();
    assert.match(page.url(), /card=110/);
    await page.getByRole("link", { name: "All messages" }).click();
    await page.waitForURL("**/users/110*");
    assert.deepEqual(problems, []);
  }));

Deno.test("a channel is disabled, and deleted after a question, without a page being left behind", () =>
  onStage(async ({ browser, base, site }) => {
    await using view = await openView(browser, { width: 390 });
    const { page, problems } = view;
    await page.goto(`${base}/channels`);
    await page.getByRole("button", { name: "Disable mossgarden" }).click();
    await page.getByRole("button", { name: "Enable mossgarden" }).waitFor();
    assert.equal(site.recorder.writer.channels()[1]!.enabled, false);
    await page.getByRole("link", { name: "Delete mossgarden" }).click();
    await page.getByText("The archive holds 84 messages of it.").waitFor();
    await page.getByLabel("Delete the messages, too").check();
    await page.getByRole("button", { name: "Delete the channel" }).click();
    await page.waitForURL("**/channels");
    assert.equal(await page.locator("#channel-list").getByText("mossgarden").count(), 0);
    assert.deepEqual(problems, []);
  }));

Deno.test("on a phone the numbers of a list stand below its names, in line, and none is missing", () =>
  onStage(async ({ browser, base }) => {
    await using view = await openView(browser, { width: 390 });
    const { page } = view;
    for (const [path, cells] of [["/users", 3], ["/channels/1/streams", 8], ["/settings", 4]] as const) {
      await page.goto(base + path);
      const rows = await page.locator(".list:not(.settings) tbody tr").evaluateAll((rows) =>
        rows.map((row) => {
          const shown = [...row.children].map((cell) => cell.getBoundingClientRect())
            .filter(({ width }) => width > 0);
          return { cells: shown.length, isBelow: shown[1]!.top >= shown[0]!.bottom, left: shown[1]!.left };
        })
      );
      assert.ok(rows.length > 0, path);
      assert.ok(rows.every(({ isBelow }) => isBelow), path);
      assert.deepEqual([...new Set(rows.map(({ left }) => left))].length, 1, path);
      assert.deepEqual(new Set(rows.map(({ cells }) => cells)), new Set([cells]), path);
    }
  }));

Deno.test("without script the newest messages are in view, and links lead to older ones", () =>
  onStage(async ({ browser, base, site }) => {
    await using view = await openView(browser, { width: 390, script: false });
    const { page } = view;
    await page.goto(`${base}/channels/1`);
    const newest = site.recorder.stored.findLast(({ channelId }) => channelId === 1)!;
    const box = await page.locator(`#m${newest.id}`).boundingBox();
    assert.ok(box && box.y > 0 && box.y < 844, `it stands at ${box?.y}`);
    await page.getByRole("link", { name: "Older messages" }).click();
    await page.getByRole("link", { name: "To the newest" }).click();
    await page.waitForURL("**/channels/1");
  }));

interface Stage {
  site: TestSite;
  browser: Browser;
  base: string;
}

async function onStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  await using server = serve(site.app.fetch);
  const browser = await openBrowser();
  try {
    await act({ site, browser, base: server.url });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
  assert.deepEqual(site.faults, []);
}
