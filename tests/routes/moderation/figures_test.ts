/** How often and for how long a person was timed out, on their card and their page. */
import assert from "node:assert/strict";
import type { Received } from "../../../src/chat/events.ts";
import { recordingSite } from "../../support/site/site.ts";

/** A site whose moderators have acted upon Ann in two channels. */
function moderated() {
  const site = recordingSite(["lake", "hill"]);
  const ann = { userId: 11, login: "ann", displayName: "Ann", flags: "" };
  const now = Date.now();
  const inChannel = (channel: string) => {
    const base = { channel, author: ann, tags: [] };
    const timeout = (secondsAgo: number, seconds: number): Received => ({
      event: { ...base, kind: "timeout", text: "", tags: [`ban-duration=${seconds}`] },
      receivedAt: now - secondsAgo * 1_000,
    });
    return { base, timeout };
  };
  const { base, timeout } = inChannel("lake");
  site.recorder.store(1, [
    { event: { ...base, kind: "message", text: "hello" }, receivedAt: now - 200_000 },
    timeout(100, 60),
    // A moderator and a bot act at the same time: one of them counts.
    timeout(95, 600),
    timeout(50, 60),
    { event: { ...base, kind: "ban", text: "" }, receivedAt: now - 20_000 },
  ]);
  site.recorder.store(2, [inChannel("hill").timeout(97, 3_600)]);
  const page = async (path: string) =>
    await (await site.request(path, { headers: { "HX-Request": "true" } })).text();
  return { page, [Symbol.dispose]: () => site[Symbol.dispose]() };
}

const figures = (html: string) =>
  Array.from(
    html.matchAll(
      /<dt>(timeouts|bans|removed)<\/dt><dd>(?:<a href="([^"]*)">)?(\d+)(?:<\/a>)?(?:<small>([^<]*)<)?/g,
    ),
    (
      [, title, href, n, note],
    ) => [title, Number(n), note, href && new URL(href, "http://x").searchParams.get("q")],
  );

Deno.test("the card and the page of a person say how often and for how long they were timed out", async () => {
  using test = moderated();
  const here = figures(await test.page("/users/11/card?channel=1"));
  assert.deepEqual(here.slice(0, 2), [
    ["timeouts", 3, "11 min in all", "from:ann in:lake is:timeout"],
    ["bans", 1, undefined, "from:ann in:lake is:ban"],
  ]);
  assert.deepEqual(figures(await test.page("/users/11?channel=lake")).slice(0, 2), [
    ["timeouts", 3, "11 min in all", "in:lake from:#11 is:timeout"],
    ["bans", 1, undefined, "in:lake from:#11 is:ban"],
  ]);
  assert.deepEqual(figures(await test.page("/users/11"))[0]!.slice(0, 3), [
    "timeouts",
    4,
    "1 h 11 min in all",
  ]);
});
