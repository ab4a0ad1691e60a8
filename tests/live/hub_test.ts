import assert from "node:assert/strict";
import { ALL_CHANNELS } from "../../src/archive/writer.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { createHub, type Hub } from "../../src/live/hub.ts";
import type { Topic } from "../../src/live/topic.ts";
import type { Watcher } from "../../src/live/watcher.ts";
import { nextTurn } from "../support/next_turn.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

interface Followed {
  watcher: Watcher;
  read: () => Promise<string | undefined>;
}

interface Stage extends Disposable {
  hub: Hub;
  calls: string[];
  /** A watcher that has the rows up to `after`, and a reader of its stream. */
  follow(topic: Topic, after?: number): Promise<Followed>;
  watch(channelId: number, after?: number): Promise<Followed>;
}

function stage(heartbeatMs?: number): Stage {
  const calls: string[] = [];
  const hub = createHub({
    recorder: {
      watch: (id) => {
        calls.push(`watch ${id}`);
        return Promise.resolve();
      },
      unwatch: (id) => void calls.push(`unwatch ${id}`),
    },
    heartbeat: bytes("beat"),
    joinedEvent: bytes("joined"),
    onFault: (error) => calls.push(`fault ${(error as Error).message}`),
    heartbeatMs,
  });
  return {
    hub,
    calls,
    watch(channelId, after) {
      return this.follow(channel(channelId), after);
    },
    async follow(topic, after = 0) {
      const watcher = await hub.subscribe(topic);
      watcher.begin(after);
      const reader = watcher.body.pipeThrough(new TextDecoderStream()).getReader();
      return { watcher, read: async () => (await reader.read()).value };
    },
    [Symbol.dispose]: () => hub[Symbol.dispose](),
  };
}

const announcement = (channelId: number, ids: number[], text = ""): StoredEvent[] =>
  ids.map((id) => ({ id, channelId, kind: "message", channel: "c", text, tags: [] }));

function channel(channelId: number, accepts?: Topic["accepts"]): Topic {
  return {
    key: `${channelId} ${accepts}`,
    channelId,
    accepts,
    render(events) {
      if (events[0]?.text === "broken") throw new Error("no such row");
      return bytes(events.map(({ id, text }) => `<${id}${text}>`).join(""));
    },
  };
}

Deno.test("the first watcher watches the channel, and the last one unwatches it", async () => {
  using at = stage();
  const [first, second] = [await at.hub.subscribe(channel(7)), await at.hub.subscribe(channel(7))];
  assert.deepEqual([at.calls, at.hub.size()], [["watch 7"], 2]);
  await first.body.cancel();
  assert.deepEqual(at.calls, ["watch 7"]);
  await second.body.cancel();
  assert.deepEqual([at.calls, at.hub.size()], [["watch 7", "unwatch 7"], 0]);
});

Deno.test("a commit is rendered once for 1,000 watchers, and not at all without watchers", async () => {
  using at = stage();
  const pages = await Promise.all(Array.from({ length: 1_000 }, () => at.watch(1)));
  at.hub.announce(announcement(1, [5, 6]));
  at.hub.announce(announcement(2, [9]));
  assert.deepEqual(await Promise.all(pages.map(({ read }) => read())), pages.map(() => "<5><6>"));
  assert.deepEqual(at.hub.counts, { rendered: 2, sent: 2_000, dropped: 0 });
});

Deno.test("commits during sending to many watchers are sent together, in order", async () => {
  using at = stage();
  const pages = await Promise.all(Array.from({ length: 1_000 }, () => at.watch(1)));
  for (const id of [1, 2, 3]) at.hub.announce(announcement(1, [id]));
  for (const { read } of pages) assert.deepEqual([await read(), await read()], ["<1>", "<2><3>"]);
  assert.deepEqual(at.hub.counts, { rendered: 3, sent: 3_000, dropped: 0 });
});

Deno.test("commits shortly after each other are sent together, without the events that the page has", async () => {
  using at = stage();
  const first = await at.watch(1);
  const late = await at.watch(1, 3);
  for (const id of [1, 2, 3, 4]) at.hub.announce(announcement(1, [id]));
  assert.deepEqual([await first.read(), await first.read()], ["<1>", "<2><3><4>"]);
  assert.equal(await late.read(), "<4>");
});

Deno.test("a large commit is rendered in pieces, and none is left out", async () => {
  using at = stage();
  const { read } = await at.watch(1);
  const ids = Array.from({ length: 1_000 }, (_, i) => i + 1);
  at.hub.announce(announcement(1, ids));
  assert.equal(at.hub.counts.rendered, 250);
  let heard = "";
  while (!heard.endsWith("<1000>")) heard += await read();
  assert.equal(heard, ids.map((id) => `<${id}>`).join(""));
});

Deno.test("events before begin() are held, and events that the page has are not sent", async () => {
  using at = stage();
  const watcher = await at.hub.subscribe(channel(1));
  for (const id of [1, 2, 3]) {
    at.hub.announce(announcement(1, [id]));
    await nextTurn();
  }
  watcher.begin(2);
  const reader = watcher.body.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, "<3>");
});

Deno.test("a watcher that is half a megabyte behind is disconnected, the others are not", async () => {
  using at = stage();
  const [slow, quick] = [await at.watch(1), await at.watch(1)];
  let id = 0;
  while (at.hub.size() === 2) {
    at.hub.announce(announcement(1, [++id], "x".repeat(50_000)));
    assert.match((await quick.read())!, new RegExp(`^<${id}x`));
    assert.ok(id < 20);
  }
  assert.deepEqual([at.calls, at.hub.counts.dropped], [["watch 1"], 1]);
  // It reads the buffered events, and then the end.
  for (let read = 1; read < id; read++) assert.match((await slow.read())!, new RegExp(`^<${read}x`));
  assert.equal(await slow.read(), undefined);
});

Deno.test("a heartbeat is sent if no event arrived for a while", async () => {
  using at = stage(5);
  const { read } = await at.watch(1);
  assert.equal(await read(), "beat");
});

Deno.test("closing the hub ends every stream, and later streams end at once", async () => {
  const at = stage();
  const { read } = await at.watch(1);
  at[Symbol.dispose]();
  assert.equal(await read(), undefined);
  assert.equal(await (await at.watch(1)).read(), undefined);
  assert.equal(at.hub.size(), 0);
});

Deno.test("if the channel cannot be watched, subscribe rejects, and no watcher remains", async () => {
  using hub: Hub = createHub({
    recorder: { watch: () => Promise.reject(new Error("gone")), unwatch() {} },
    heartbeat: bytes(""),
    joinedEvent: bytes("joined"),
    onFault() {},
  });
  await assert.rejects(hub.subscribe(channel(1)), /gone/);
  assert.equal(hub.size(), 0);
});

Deno.test("an error of rendering is reported and disconnects the watchers only", async () => {
  using at = stage();
  const { read } = await at.watch(1);
  at.hub.announce(announcement(1, [5], "broken"));
  assert.deepEqual(at.calls, ["watch 1", "fault no such row", "unwatch 1"]);
  assert.equal(await read(), undefined);
  assert.equal(at.hub.size(), 0);
});

Deno.test("joined() is sent to the watchers of its channel only", async () => {
  using at = stage();
  const [here, elsewhere] = [await at.watch(1), await at.watch(2)];
  at.hub.joined(1);
  at.hub.joined(3);
  at.hub.announce(announcement(2, [9]));
  assert.equal(await here.read(), "joined");
  assert.equal(await elsewhere.read(), "<9>");
});

Deno.test("if ids fall after a correction of the time, streams end, and pages can connect again", async () => {
  using at = stage();
  const { read } = await at.watch(7);
  at.hub.announce(announcement(7, [9_000]));
  assert.equal(await read(), "<9000>");
  at.hub.announce(announcement(7, [20]));
  assert.equal(await read(), undefined);
  const again = await at.watch(7, 19);
  at.hub.announce(announcement(7, [21]));
  assert.equal(await again.read(), "<21>");
});

Deno.test("a topic of all channels watches all, gets the events that it accepts in their order, and shares the commit", async () => {
  using at = stage();
  const isEven: Topic["accepts"] = ({ event }) => event!.id % 2 === 0;
  const even = await at.follow({ ...channel(ALL_CHANNELS, isEven) });
  const here = await at.watch(1);
  assert.deepEqual(at.calls, ["watch 0", "watch 1"]);
  at.hub.announce([...announcement(1, [4, 5]), ...announcement(2, [6, 7])]);
  assert.deepEqual([await even.read(), await here.read()], ["<4><6>", "<4><5>"]);
  at.hub.announce(announcement(2, [9]));
  at.hub.announce(announcement(2, [10]));
  assert.equal(await even.read(), "<10>");
});

Deno.test("a topic with keys is asked only about events that have one, each once, and no more when it has ended", async () => {
  using at = stage();
  const asked: number[] = [];
  const accepts: Topic["accepts"] = ({ event }) => asked.push(event!.id) > 0;
  const keyed = await at.follow({ ...channel(ALL_CHANNELS, accepts), keys: ["cat", "dog"] });
  at.hub.announce([
    ...announcement(1, [4], "a Cat"),
    ...announcement(1, [5], "cats"),
    ...announcement(2, [6], "dog, cat"),
  ]);
  assert.equal(await keyed.read(), "<4a Cat><6dog, cat>");
  keyed.watcher.end();
  at.hub.announce(announcement(1, [7], "cat"));
  assert.deepEqual(asked, [4, 6]);
});

Deno.test("two topics of a channel share its subscription", async () => {
  using at = stage();
  const [all, some] = [await at.hub.subscribe(channel(7)), await at.hub.subscribe(channel(7, () => false))];
  await all.body.cancel();
  assert.deepEqual(at.calls, ["watch 7"]);
  await some.body.cancel();
  assert.deepEqual(at.calls, ["watch 7", "unwatch 7"]);
});

Deno.test("a topic that cannot decide about an event is ended, and the others go on", async () => {
  using at = stage();
  const broken = await at.follow(channel(1, () => {
    throw new Error("no such fact");
  }));
  const { read } = await at.watch(1);
  at.hub.announce(announcement(1, [5]));
  assert.deepEqual([await broken.read(), await read()], [undefined, "<5>"]);
  assert.ok(at.calls.includes("fault no such fact"));
});
