/// <reference lib="dom" />
/** A channel's page in a real browser: what arrives, where it lands, and what a person sees of it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { serve } from "../support/http/served.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { openBrowser, openView, type View } from "../support/browser/browser.ts";
import type { TestSite } from "../support/site/site.ts";

interface Stage extends View {
  site: TestSite;
  base: string;
  page: Page;
  say(count: number): void;
}

/** Ways in which a stream does not come through. */
type Obstacle = "none" | "refused" | "silent";

async function stage(
  t: Deno.TestContext,
  obstacle: Obstacle,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  await t.step({
    name: `stream ${obstacle}`,
    fn: async () => {
      using site = await inventedSite();
      await using server = serve(
        (request, info) => {
          const isStream = new URL(request.url).pathname.endsWith("/live");
          if (isStream && obstacle === "refused") {
            return new Response("no", { status: 503, headers: { "Retry-After": "30" } });
          }
          if (isStream && obstacle === "silent") return new Response(new ReadableStream());
          return site.app.fetch(request, info);
        },
      );
      const browser = await openBrowser();
      try {
        await using view = await openView(browser, { width: 1280 });
        const base = server.url;
        let n = 10_000;
        const say = (count: number) =>
          void site.recorder.receive(
            1,
            Array.from(
              { length: count },
              () => ({ ...inventedEvent(0, "harborlight"), text: `fresh ${n++}` }),
            ),
          );
        await view.page.goto(`${base}/channels/1`);
        await act({ ...view, site, base, say });
        if (obstacle === "none") assert.deepEqual(view.problems, []);
      } finally {
        await browser.close();
        site.hub[Symbol.dispose]();
      }
    },
  });
}

const state = (page: Page, words: string) => page.locator(`#live-state[data-state="${words}"]`).waitFor();
const shows = (page: Page, text: string) => page.locator("#rows .row", { hasText: text }).last().waitFor();
const rowCount = (page: Page) => page.locator("#rows .row").count();
const fromEnd = (page: Page) =>
  page.evaluate(() => {
    const scroller = document.getElementById("scroller")!;
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  });

Deno.test("new messages appear at the end of the page at once, and the page follows", async (t) => {
  await stage(t, "none", async ({ page, say }) => {
    await state(page, "live");
    assert.ok(await fromEnd(page) < 2);
    say(30);
    await shows(page, "fresh 10029");
    await page.waitForFunction(() => {
      const scroller = document.getElementById("scroller")!;
      return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 2;
    });
    assert.equal(await page.locator("#jump").isVisible(), false);
  });
});

Deno.test("if the stream does not work, the page polls", async (t) => {
  for (const obstacle of ["refused", "silent"] as const) {
    await stage(t, obstacle, async ({ page, say }) => {
      await state(page, "polling");
      say(1);
      await shows(page, "fresh 10000");
      say(2);
      await shows(page, "fresh 10002");
      assert.equal(await page.locator("#rows .row", { hasText: "fresh" }).count(), 3);
    });
  }
});

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
      `/channels/1/messages?before_id=${first}`,
    );
  });
});

Deno.test("a stream that breaks off is resumed without a gap and without doubles", async (t) => {
  await stage(t, "none", async ({ page, say, site, problems }) => {
    await state(page, "live");
    say(3);
    await shows(page, "fresh 10002");
    site.hub.dropAll();
    say(4);
    await shows(page, "fresh 10006");
    await state(page, "live");
    say(1);
    await shows(page, "fresh 10007");
    assert.equal(await page.locator("#rows .row", { hasText: "fresh" }).count(), 8);
    problems.length = 0;
  });
});

Deno.test("a message that is removed is marked in open pages, and stays readable", async (t) => {
  await stage(t, "none", async ({ page, say, site }) => {
    await state(page, "live");
    say(1);
    await shows(page, "fresh 10000");
    const author = { userId: 101, login: "harborlight", flags: "" };
    site.recorder.receive(1, [
      { kind: "timeout", channel: "harborlight", author, text: "", tags: ["ban-duration=600"] },
    ]);
    const row = page.locator("#rows .row", { hasText: "fresh 10000" });
    await row.locator('.what[data-removed="timed out for 10 min"]').waitFor();
    await shows(page, "was timed out for 10 min");
  });
});

Deno.test("a gap is shown after a channel is rejoined", async (t) => {
  await stage(t, "none", async ({ page, say, site }) => {
    await state(page, "live");
    say(1);
    await shows(page, "fresh 10000");
    const lostAt = Date.now();
    site.recorder.listened(1, [{ from: lostAt - 86_400_000, to: lostAt, reason: "connection lost" }]);
    await page.reload();
    await state(page, "live");
    const gap = page.locator("#rows > .gap");
    await gap.filter({ hasText: "Not recorded since" }).waitFor();

    const joinedAt = Date.now();
    site.recorder.listened(1, [{ from: joinedAt }]);
    site.hub.joined(1);
    say(1);
    await shows(page, "fresh 10001");
    await gap.filter({ hasText: "Not recorded from" }).waitFor();
    assert.equal(await gap.count(), 1, "the one that went on is replaced");
    assert.match(await gap.innerText(), /: the connection to Twitch was lost/);
    // A gap that comes again replaces itself: what is asked of it is asked until it holds.
    const next = page.locator("#rows > .gap + .row");
    await next.filter({ hasText: "fresh 10001" }).waitFor();

    const fill = { channelId: 1, from: lostAt, to: joinedAt, source: "recent.example", filledAt: joinedAt };
    const event = { kind: "message", channel: "harborlight", text: "filled", tags: [] } as const;
    site.recorder.fill(fill, [{ event, receivedAt: lostAt }, { event, receivedAt: lostAt + 1 }]);
    await gap.filter({ hasText: "filled from recent.example (2 messages)" }).waitFor();
    assert.equal(await gap.count(), 1);
    const nextId = await next.getAttribute("data-id");
    await gap.getByText("show them").click();
    await page.waitForURL(`**/channels/1?before_id=${nextId}`);
    await gap.filter({ hasText: "filled from" }).waitFor();
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

Deno.test("a page with rows from the future reloads itself", async (t) => {
  await stage(t, "none", async ({ page, base, say }) => {
    await state(page, "live");
    let loads = 0;
    await page.route(`${base}/channels/1`, async (route) => {
      const answer = await route.fetch();
      const html = await answer.text();
      const newest = [...html.matchAll(/data-id="(\d+)"/g)].at(-1)![1]!;
      const future = String(Number(newest) + 400 * 86_400_000 * 64);
      await route.fulfill({
        response: answer,
        body: loads++ === 0 ? html.replaceAll(newest, future) : html,
      });
    });
    await page.reload();
    await page.waitForFunction(() => {
      const newest = [...document.querySelectorAll<HTMLElement>("#rows .row")].at(-1);
      return Number(newest?.dataset.id) / 64 < Date.now() + 86_400_000;
    });
    await state(page, "live");
    assert.equal(loads, 2);
    say(1);
    await shows(page, "fresh 10000");
  });
});
