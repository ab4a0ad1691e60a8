/** The browser's side of the live stream, run against the real routes. */
import assert from "node:assert/strict";
import { createFeeds } from "../../static/live/feeds.js";
import { createParser } from "../../static/live/sse.js";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { inventedSite } from "../support/site/invented_site.ts";
import type { TestSite } from "../support/site/site.ts";
import { until } from "../support/until.ts";

type Message = { kind: "rows"; html: string } | { kind: "state"; state: string };

interface Page {
  states: string[];
  ids: number[];
  receive(message: Message): void;
}

function page(): Page {
  const page: Page = {
    states: [],
    ids: [],
    receive(message) {
      if (message.kind === "state") return void page.states.push(message.state);
      for (const [, id] of message.html.matchAll(/ data-id="(\d+)"/g)) {
        // Like a page, skip rows that are there already.
        if (Number(id) > (page.ids.at(-1) ?? 0)) page.ids.push(Number(id));
      }
    },
  };
  return page;
}

interface Stage extends AsyncDisposable {
  site: TestSite;
  path: string;
  /** Requested paths. */
  asked: string[];
  /** If it returns a response, this replaces that of the routes. */
  intercept: { with?: (path: string) => Response | undefined };
  say(count: number): number[];
}

function stage(): Stage {
  const site = inventedSite();
  const asked: string[] = [];
  const intercept: Stage["intercept"] = {};
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
    const { pathname, search } = new URL(request.url);
    asked.push(pathname + search);
    return intercept.with?.(pathname) ?? site.app.fetch(request, info);
  });
  return {
    site,
    asked,
    intercept,
    path: `http://127.0.0.1:${server.addr.port}/channels/1`,
    say: (count) =>
      site.recorder.receive(1, Array.from({ length: count }, () => inventedEvent(0, "harborlight")))
        .map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      site[Symbol.dispose]();
      await server.shutdown();
    },
  };
}

Deno.test("pages of one channel share a stream, which ends when the last page leaves", async () => {
  await using at = stage();
  const feeds = createFeeds(3);
  const [first, second] = [page(), page()];
  const after = at.site.recorder.stored.at(-1)!.id;
  const leaveFirst = feeds.join(at.path, after, first.receive);
  const leaveSecond = feeds.join(at.path, after, second.receive);
  await until(() => first.states.at(-1) === "live");
  const ids = at.say(3);
  await until(() => second.ids.length === 3);
  assert.deepEqual([first.ids, second.ids], [ids, ids]);
  assert.equal(at.site.hub.size(), 1);
  leaveFirst();
  const more = at.say(1);
  await until(() => second.ids.length === 4);
  assert.deepEqual(first.ids, ids);
  assert.deepEqual(second.ids, [...ids, ...more]);
  leaveSecond();
  await until(() => at.site.hub.size() === 0);
});

Deno.test("a page that joins with fewer rows gets the missing ones, and no page gets a row twice", async () => {
  await using at = stage();
  const feeds = createFeeds(3);
  const [first, late] = [page(), page()];
  const after = at.site.recorder.stored.at(-1)!.id;
  const leaveFirst = feeds.join(at.path, after, first.receive);
  await until(() => first.states.at(-1) === "live");
  const ids = at.say(5);
  await until(() => first.ids.length === 5);
  const leaveLate = feeds.join(at.path, ids[1]!, late.receive);
  const more = at.say(2);
  await until(() => late.ids.length === 5);
  assert.deepEqual(late.ids, [...ids.slice(2), ...more]);
  await until(() => first.ids.length === 7);
  assert.deepEqual(first.ids, [...ids, ...more]);
  await until(() => at.site.hub.size() === 1);
  const streams = at.asked.filter((path) => path.includes("/live?")).length;
  assert.equal(streams, 2, "the first page's stream was not reopened");
  const last = at.say(1);
  await until(() => late.ids.length === 6 && first.ids.length === 8);
  assert.deepEqual(late.ids, [...ids.slice(2), ...more, ...last]);
  leaveFirst();
  leaveLate();
  await until(() => at.site.hub.size() === 0);
});

Deno.test("channels beyond the limit of streams are polled, and get a stream when one becomes free", async () => {
  await using at = stage();
  const feeds = createFeeds(1);
  const [first, second] = [page(), page()];
  const after = at.site.recorder.stored.at(-1)!.id;
  const leaveFirst = feeds.join(at.path, after, first.receive);
  const leaveSecond = feeds.join(at.path.replace(/1$/, "2"), after, second.receive);
  await until(() => first.states.at(-1) === "live" && second.states.at(-1) === "polling");
  const ids = at.site.recorder.receive(2, [inventedEvent(0, "mossgarden")]).map(({ id }) => id);
  await until(() => second.ids.length === 1);
  assert.deepEqual([at.site.hub.size(), second.ids], [1, ids]);
  leaveFirst();
  await until(() => second.states.at(-1) === "live");
  leaveSecond();
  await until(() => at.site.hub.size() === 0);
});

Deno.test("if streams are refused, the page polls and retries after Retry-After", async () => {
  await using at = stage();
  at.intercept.with = (path) =>
    path.endsWith("/live")
      ? new Response("busy", { status: 503, headers: { "Retry-After": "1" } })
      : undefined;
  const feeds = createFeeds(3);
  const shown = page();
  const leave = feeds.join(at.path, at.site.recorder.stored.at(-1)!.id, shown.receive);
  await until(() => shown.states.at(-1) === "polling");
  const ids = at.say(2);
  await until(() => shown.ids.length === 2);
  assert.equal(
    at.asked.filter((path) => path.includes("/live?")).length <= 3,
    true,
    "no retry before Retry-After",
  );
  at.intercept.with = undefined;
  await until(() => shown.states.at(-1) === "live");
  assert.deepEqual(shown.ids, ids);
  leave();
  await until(() => at.site.hub.size() === 0);
});

Deno.test("after the server ended every stream, the page resumes from the last row", async () => {
  await using at = stage();
  const feeds = createFeeds(3);
  const shown = page();
  const leave = feeds.join(at.path, at.site.recorder.stored.at(-1)!.id, shown.receive);
  const ids: number[] = [];
  for (let round = 1; round <= 3; round++) {
    await until(() => at.site.hub.size() === 1);
    ids.push(...at.say(2));
    await until(() => shown.ids.length === ids.length);
    at.intercept.with = () => new Response("gone", { status: 502 });
    at.site.hub.dropAll();
    await until(() => shown.states.at(-1) === "reconnecting");
    ids.push(...at.say(2));
    at.intercept.with = undefined;
    feeds.retry();
    await until(() => shown.ids.length === ids.length);
  }
  assert.deepEqual(shown.ids, ids);
  leave();
  await until(() => at.site.hub.size() === 0);
});

Deno.test("events of a stream are parsed however the network splits them", () => {
  const text = ":\n\nevent: hello\ndata: live\n\nid: 7\ndata: one\ndata:two\n\nid: 8\n\ndata\n\n";
  const expected = [
    { name: "hello", id: undefined, data: "live" },
    { name: "message", id: "7", data: "one\ntwo" },
    { name: "message", id: undefined, data: "" },
  ];
  for (let size = 1; size <= text.length; size++) {
    const parse = createParser();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...parse(text.slice(at, at + size)));
    assert.deepEqual(found, expected, `in pieces of ${size}`);
  }
});
