/// <reference lib="dom" />
/** What pages say while Scrollback does not answer, answers slowly, or answers with an error. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { axeFindings, openBrowser, openView } from "../support/browser/browser.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";

/** `refuses`: nobody listens; `hangs`: connections are taken, and no byte comes, as where a network falls silent. */
type Mode = "answers" | "refuses" | "hangs" | "fails";

interface Stage {
  site: TestSite;
  base: string;
  page: Page;
  /** How requests to these paths, or to all, are answered from now on. */
  answer(mode: Mode, paths?: RegExp): Promise<void>;
}

async function onStage(width: number, act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = inventedSite();
  let mode = "answers" as Mode;
  let concerned = /./;
  let port = 0;
  let server: Deno.HttpServer | undefined;
  const stopped = new AbortController();
  const listen = () =>
    Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
      if (!concerned.test(new URL(request.url).pathname)) return site.app.fetch(request, info);
      if (mode === "fails") return new Response("Bad gateway", { status: 500 });
      if (mode === "answers") return site.app.fetch(request, info);
      return new Promise<Response>((resolve) => {
        stopped.signal.addEventListener("abort", () => resolve(new Response("late", { status: 500 })));
      });
    });
  server = listen();
  port = (server.addr as Deno.NetAddr).port;
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width });
    await act({
      site,
      base: `http://127.0.0.1:${port}`,
      page: view.page,
      async answer(next, paths = /./) {
        const wasRefusing = mode === "refuses";
        mode = next;
        concerned = paths;
        if (next === "refuses") {
          site.hub.dropAll();
          await server!.shutdown();
        } else if (wasRefusing) server = listen();
      },
    });
  } finally {
    stopped.abort();
    await browser.close();
    site.hub[Symbol.dispose]();
    if (mode !== "refuses") await server.shutdown();
  }
}

const bar = (page: Page) => page.locator("#stale-bar");
const WORDS = /^No answer from Scrollback since \d\d:\d\d\. This page shows the state of that time\.$/;

for (const mode of ["refuses", "hangs"] as const) {
  Deno.test(`a dashboard says within seconds that the server ${mode}, and catches up when it is back`, () =>
    onStage(1280, async ({ base, page, answer, site }) => {
      await page.goto(base);
      await page.locator("#overview").waitFor();
      assert.equal(await bar(page).count(), 0);
      await answer(mode);
      const goneAt = performance.now();
      await bar(page).waitFor();
      assert.ok(performance.now() - goneAt < 12_000, "within seconds");
      assert.match(await bar(page).innerText(), WORDS);
      const colour = (selector: string) =>
        page.locator(selector).first().evaluate((element) => getComputedStyle(element).color);
      assert.equal(await colour("#overview .value"), await colour("#overview .note"), "numbers are grey");
      assert.deepEqual(await axeFindings(page), []);

      site.recorder.says = { loginName: "harborpilot" };
      await answer("answers");
      await page.getByText("as harborpilot").waitFor();
      await bar(page).waitFor({ state: "detached" });
    }));

  Deno.test(`a live page says within seconds that the server ${mode}, keeps its place, and catches up`, () =>
    onStage(390, async ({ base, page, answer, site }) => {
      await page.goto(`${base}/channels/1`);
      const state = (words: string) => page.locator(`#live-state[data-state="${words}"]`).waitFor();
      await state("live");
      await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 900);
      const reading = await page.evaluate(() => {
        const edge = document.getElementById("scroller")!.getBoundingClientRect().top + 80;
        const row = [...document.querySelectorAll("#rows .row")]
          .find((row) => row.getBoundingClientRect().top > edge)!;
        return { id: row.id, top: row.getBoundingClientRect().top };
      });
      const moved = async () =>
        Math.abs(
          // The place is restored before the next frame is painted.
          await page.locator(`#${reading.id}`).evaluate((row) =>
            new Promise<number>((resolve) =>
              requestAnimationFrame(() =>
                requestAnimationFrame(() => resolve(row.getBoundingClientRect().top))
              )
            )
          ) - reading.top,
        );
      await answer(mode);
      if (mode === "hangs") site.hub.dropAll();
      await bar(page).waitFor();
      await state("reconnecting");
      assert.ok(await moved() < 3, `it moved by ${await moved()} px`);

      site.recorder.receive(1, [{ ...inventedEvent(0, "harborlight"), text: "while nobody answered" }]);
      await answer("answers");
      await state("live");
      await page.getByRole("button", { name: "1 new" }).waitFor();
      await bar(page).waitFor({ state: "detached" });
      assert.ok(await moved() < 3, `it moved by ${await moved()} px`);
    }));

  Deno.test(`a search that the server ${mode} leaves no old hits under the new word, and can be tried again`, () =>
    onStage(1280, async ({ base, page, answer }) => {
      await page.goto(`${base}/search/messages?q=key`);
      await page.locator("#found .row").first().waitFor();
      await answer(mode);
      await page.getByLabel("Words").fill("bridge");
      await page.getByRole("button", { name: "Search", exact: true }).click();
      if (mode === "hangs") {
        await page.locator('#found[aria-busy="true"]').waitFor();
        await page.locator("html[data-loading]").waitFor();
      }
      await page.locator("#found.failed").waitFor();
      assert.equal(await page.locator("#found .row").count(), 0);
      assert.equal(await page.getByLabel("Words").inputValue(), "bridge");
      assert.match(await page.locator("#found").innerText(), /^No answer from Scrollback\.\s+Try again$/);
      await bar(page).waitFor();
      assert.deepEqual(await axeFindings(page), []);

      await answer("answers");
      await page.locator("#found .row mark", { hasText: "bridge" }).first().waitFor();
      await page.locator("html:not([data-loading])").waitFor();
      assert.equal(await page.locator("[aria-busy]").count(), 0);
    }));
}

Deno.test("a search that is answered with an error says so in place of the old hits, with the form as it was", () =>
  onStage(390, async ({ base, page, answer }) => {
    await page.goto(`${base}/search/messages?q=key`);
    await answer("fails", /^\/search/);
    await page.getByLabel("Words").fill("bridge");
    await page.getByLabel("Words").press("Enter");
    await page.locator("#found.failed").waitFor();
    assert.equal(await page.locator("#found .row").count(), 0);
    assert.equal(await page.getByLabel("Words").inputValue(), "bridge");
    assert.equal(await bar(page).count(), 0, "the server is there");
    await answer("answers");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#found .row mark", { hasText: "bridge" }).first().waitFor();
  }));

Deno.test("a search by name that fails can be tried again, too", () =>
  onStage(390, async ({ base, page, answer }) => {
    await page.goto(`${base}/search/users?q=moss`);
    await page.locator("#found").waitFor();
    await answer("fails", /^\/search/);
    await page.getByLabel("Name").fill("harbor");
    await page.locator("#found.failed").waitFor();
    await answer("answers");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#found:not(.failed)", { hasText: "HarborLight" }).waitFor();
  }));

Deno.test("a dashboard whose own requests are refused says that it cannot be brought up to date", () =>
  onStage(1280, async ({ base, page, answer }) => {
    await page.goto(base);
    await answer("fails", /^\/$/);
    await bar(page).filter({ hasText: /^Scrollback cannot update this page since \d\d:\d\d\./ }).waitFor();
    await answer("answers");
    await bar(page).waitFor({ state: "detached" });
  }));
