/// <reference lib="dom" />
/** A channel's page in a real browser: what arrives, where it lands, and what a person sees of it. */
import assert from "node:assert/strict";
import { fromEnd, shows, stage, state } from "./live_stage.ts";

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

Deno.test("a message that is removed is hidden in open pages without moving them, and shown on request", async (t) => {
  await stage(t, "none", async ({ page, say, site }) => {
    await state(page, "live");
    say(1);
    await shows(page, "fresh 10000");
    const author = { userId: 101, login: "harborlight", flags: "" };
    const height = await page.locator("#rows .row").last().evaluate((row) => row.clientHeight);
    site.recorder.receive(1, [
      { kind: "timeout", channel: "harborlight", author, text: "", tags: ["ban-duration=600"] },
    ]);
    const row = page.locator("#rows .row", { hasText: "fresh 10000" });
    await row.locator('.body[data-removed="timed out for 10 min"]').waitFor();
    assert.equal(await row.evaluate((each) => each.clientHeight), height);
    assert.equal(await row.getByText("fresh 10000").isVisible(), false);
    await row.getByText("message removed: timed out for 10 min").click();
    assert.equal(await row.getByText("fresh 10000").isVisible(), true);
    await shows(page, "was timed out for 10 min");
    const looks = (name: Element) => `${name.textContent} ${name.getAttribute("style")}`;
    assert.equal(
      await page.locator("#rows .timeout .name").last().evaluate(looks),
      await row.locator(".name").evaluate(looks),
      "the name is shown as in their messages",
    );
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

Deno.test("gaps without a message between them stay one row when the last of them ends", async (t) => {
  await stage(t, "none", async ({ page, site }) => {
    const now = Date.now();
    const stopped = (from: number, to: number) =>
      ({ from: now - from * 1_000, to: now - to * 1_000, reason: "stopped" }) as const;
    site.recorder.listened(1, [stopped(90_000, 0), stopped(-1, -2), stopped(-3, -4)]);
    await page.reload();
    await state(page, "live");
    await page.locator("#rows .gap", { hasText: "Not recorded since" }).waitFor();
    assert.equal(await page.locator("#rows .gap").count(), 3);
    site.recorder.listened(1, [{ from: now + 5_000 }]);
    site.hub.joined(1);
    const run = page.locator("#rows > .gap-run:visible");
    await run.filter({ hasText: "Not recorded 3 times" }).waitFor();
    assert.equal(await run.count(), 1);
    assert.equal(await page.locator("#rows .gap").count(), 3);
    assert.equal(await page.locator("#rows > .gap").count(), 0);
    assert.equal(await run.locator(".gap").first().isVisible(), false);
    await run.locator("summary").click();
    assert.equal(await run.locator(".gap").first().isVisible(), true);
  });
});

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

Deno.test("a reader who shows removed messages also sees the text of a message that is removed live", async (t) => {
  await stage(t, "none", async ({ page, context, base, say, site }) => {
    await context.addCookies([{ name: "scrollback_view", value: "deleted=on", url: base }]);
    await page.reload();
    await state(page, "live");
    say(1);
    await shows(page, "fresh 10000");
    const row = page.locator("#rows .row", { hasText: "fresh 10000" });
    const height = await row.evaluate((each) => each.clientHeight);
    const author = { userId: 101, login: "harborlight", flags: "" };
    site.recorder.receive(1, [{ kind: "ban", channel: "harborlight", author, text: "", tags: [] }]);
    await row.locator('.body[data-removed="banned"]').waitFor();
    assert.equal(await row.evaluate((each) => each.clientHeight), height);
    assert.equal(await row.getByText("fresh 10000").isVisible(), true);
  });
});
