/// <reference lib="dom" />
/** Lists of hundreds of channels in a browser: what a look at them costs, and that the current one is in view. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import { until } from "../support/until.ts";
import { recordingSite, type TestSite } from "../support/site/site.ts";

const CHANNELS = 255;
const NOW = Date.UTC(2026, 10, 23, 12);

interface Stage {
  site: TestSite;
  page: Page;
  base: string;
}

async function onStage(width: number, act: (stage: Stage) => Promise<void>): Promise<void> {
  using site = recordingSite(Array.from({ length: CHANNELS }, (_, i) => `channel${i + 1}`), {}, () => NOW);
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width });
    await act({ site, page: view.page, base: `http://127.0.0.1:${server.addr.port}` });
    assert.deepEqual(view.problems, []);
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
}

/** One more message in each of these channels. */
function say(site: TestSite, ...channels: number[]): void {
  for (const id of channels) {
    const said = { kind: "message", channel: `channel${id}`, text: "hello", tags: [] } as const;
    site.recorder.receive(id, [said], NOW - 1_000);
  }
}

interface Look {
  status: number;
  bytes: number;
  /** Ids of the rows whose markup was touched. */
  rows: string[];
}

/** Has a list ask for what changed now, and tells what came of it. */
async function look(page: Page, poller: string, list: string): Promise<Look> {
  const answer = page.waitForResponse((response) => response.url().includes("since="));
  const rows = page.evaluate(({ poller, list }) =>
    new Promise<string[]>((resolve) => {
      const touched = new Set<string>();
      const note = (records: MutationRecord[]) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement!;
          const row = element.closest("tbody tr, .cards > li, #channel-groups li");
          // htmx puts marks on what it swaps, and takes them away again.
          if (row) touched.add(row.id);
        }
      };
      const observer = new MutationObserver(note);
      const options = {
        subtree: true,
        childList: true,
        characterData: true,
        attributeFilter: ["href", "class", "d"],
      };
      observer.observe(document.querySelector(list)!, options);
      document.addEventListener("htmx:finally:request", function finished(event) {
        // Other parts of the page load by themselves.
        const { ctx } = (event as CustomEvent<{ ctx: { sourceElement: Element } }>).detail;
        if (ctx.sourceElement.id !== poller) return;
        document.removeEventListener("htmx:finally:request", finished);
        note(observer.takeRecords());
        observer.disconnect();
        resolve([...touched]);
      });
      (globalThis as unknown as { htmx: { trigger(element: Element, name: string): void } }).htmx
        .trigger(document.getElementById(poller)!, "every");
    }), { poller, list });
  const response = await answer;
  const bytes = response.status() === 204 ? 0 : (await response.body()).length;
  return { status: response.status(), bytes, rows: await rows };
}

for (
  const { path, poller, list } of [
    { path: "/", poller: "overview-poller", list: "#overview" },
    { path: "/channels", poller: "channels-poller", list: "#channel-list" },
  ]
) {
  Deno.test(`of 255 channels at ${path} only those rows are sent and touched that changed`, () =>
    onStage(1280, async ({ site, page, base }) => {
      const whole = (await (await site.request(path)).text()).length;
      await page.goto(base + path);
      say(site, 3, 77, 200);
      const some = await look(page, poller, list);
      assert.deepEqual(some.rows, ["c200", "c3", "c77"]);
      assert.ok(some.bytes < whole / 20, `${some.bytes} bytes of ${whole}`);
      assert.match((await page.locator("#c77").textContent())!, /(?<!\d)1(?!\d)/);

      const none = await look(page, poller, list);
      assert.deepEqual(none.rows, []);
      assert.ok(none.bytes < whole / 50, `${none.bytes} bytes of ${whole}`);

      say(site, ...Array.from({ length: CHANNELS }, (_, i) => i + 1));
      const seen = new Set<string>();
      for (let n = 0; n < 8; n++) {
        const next = await look(page, poller, list);
        assert.ok(next.rows.length <= 36, `${next.rows.length} rows at once`);
        for (const row of next.rows) seen.add(row);
      }
      assert.equal(seen.size, CHANNELS);
      assert.match((await page.locator("#c77").textContent())!, /(?<!\d)2(?!\d)/);

      await site.recorder.addChannels(["latecomer"]);
      await look(page, poller, list);
      assert.equal(await page.locator("#c256").count(), 1);
      assert.deepEqual((await look(page, poller, list)).rows, []);
    }));
}

for (const width of [1280, 390]) {
  Deno.test(`the current channel of 255 is in view in the side bar at ${width} px, and stays so`, () =>
    onStage(width, async ({ site, page, base }) => {
      await page.goto(`${base}/channels/201`);
      if (width < 768) await page.locator("#sidebar > summary").click();
      const isInView = () =>
        page.evaluate(() => {
          const current = document.querySelector("#sidebar [aria-current]")!;
          const frame = document.querySelector(".side-channels")!.getBoundingClientRect();
          const { left, right, top, bottom } = current.getBoundingClientRect();
          return left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom &&
            scrollX === 0 && scrollY === 0;
        });
      const place = () => page.evaluate(() => document.querySelector(".side-channels")!.scrollTop);
      // The event of an opened part comes after the click.
      await until(isInView);
      const before = await place();
      site.recorder.says = {
        channels: site.recorder.status().channels.map((each) => ({
          ...each,
          perMinute: each.channelId % 9 ? each.perMinute : 7,
        })),
      };
      const some = await look(page, "sidebar-poller", "#sidebar");
      assert.ok(some.rows.length > 20 && some.rows.length <= 36, `${some.rows.length} rows`);
      assert.equal(await place(), before);
      assert.equal(
        await page.locator("#sidebar [aria-current]").innerText().then((text) => /channel201/.test(text)),
        true,
      );

      const late = Array.from({ length: 40 }, (_, i) => `aaa${i}`);
      await site.recorder.addChannels(late);
      site.recorder.says = {};
      await look(page, "sidebar-poller", "#sidebar");
      assert.equal(await page.locator("#sidebar li").count(), CHANNELS + 40);
      assert.equal(await isInView(), true);

      await page.locator(".side-channels").evaluate((bar) => bar.scrollTop = 0);
      assert.equal((await look(page, "sidebar-poller", "#sidebar")).status, 204);
      assert.equal(await place(), 0, "the list stays where the reader scrolled it");
    }));
}

Deno.test("the channels at the side are filtered by their names, and Enter opens the first", () =>
  onStage(1280, async ({ page, base }) => {
    await page.goto(`${base}/about`);
    await page.getByLabel("Filter channels").fill("nel25");
    const names = ["channel25", ...Array.from({ length: 6 }, (_, i) => `channel${250 + i}`)];
    assert.deepEqual(await page.locator("#channel-groups li:visible .login").allInnerTexts(), names);
    await page.getByLabel("Filter channels").press("Enter");
    await page.waitForURL("**/channels/25");
  }));
