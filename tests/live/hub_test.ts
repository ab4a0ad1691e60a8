import assert from "node:assert/strict";
import type { StoredEvent } from "../../src/chat/events.ts";
import type { Announcement } from "../../src/collector/recorder.ts";
import { createHub, type Hub } from "../../src/live/hub.ts";
import type { LiveBatch } from "../../src/live/watcher.ts";

function stage(quietMs?: number) {
  const calls: string[] = [];
  let rendered = 0;
  const hub = createHub({
    recorder: {
      watch: (id) => {
        calls.push(`watch ${id}`);
        return Promise.resolve();
      },
      unwatch: (id) => void calls.push(`unwatch ${id}`),
    },
    render: ({ events }) => {
      if (events[0]?.text === "broken") throw new Error("no such row");
      return `<${rendered++}:${events.length}>`;
    },
    onFault: (error) => calls.push(`fault ${(error as Error).message}`),
    quietMs,
  });
  return { hub, calls, rendered: () => rendered };
}

const announcement = (channelId: number, ...ids: number[]): Announcement => ({
  channelId,
  events: ids.map((id): StoredEvent => ({
    id,
    channelId,
    kind: "message",
    channel: "c",
    text: "",
    tags: "",
  })),
});

async function take(watcher: AsyncIterable<LiveBatch[]>): Promise<LiveBatch[] | undefined> {
  for await (const batches of watcher) return batches;
}

Deno.test("the first watcher has the channel watched, the last one unwatched", async () => {
  const { hub, calls } = stage();
  const [first, second] = [new AbortController(), new AbortController()];
  await hub.subscribe(7, first.signal);
  await hub.subscribe(7, second.signal);
  assert.deepEqual([calls, hub.size()], [["watch 7"], 2]);
  first.abort();
  assert.deepEqual(calls, ["watch 7"]);
  second.abort();
  assert.deepEqual([calls, hub.size()], [["watch 7", "unwatch 7"], 0]);
});

Deno.test("a commit is rendered once for all who watch, and not at all where nobody does", async () => {
  const { hub, rendered } = stage();
  const { signal } = new AbortController();
  const watchers = await Promise.all([hub.subscribe(1, signal), hub.subscribe(1, signal)]);
  hub.announce(announcement(1, 5, 6));
  hub.announce(announcement(2, 9));
  assert.equal(rendered(), 1);
  for (const watcher of watchers) {
    assert.deepEqual(await take(watcher), [{ firstId: 5, lastId: 6, rows: 2, html: "<0:2>" }]);
  }
  hub.dropAll();
});

Deno.test("what gathers while a watcher is busy comes at once", async () => {
  const { hub } = stage();
  const watcher = await hub.subscribe(1, new AbortController().signal);
  for (const id of [1, 2, 3]) hub.announce(announcement(1, id));
  assert.deepEqual((await take(watcher))?.map(({ lastId }) => lastId), [1, 2, 3]);
  hub.dropAll();
});

Deno.test("a watcher that falls 500 rows behind is dropped, the others are not", async () => {
  const { hub, calls } = stage();
  const [slow, quick] = await Promise.all([1, 2].map(() => hub.subscribe(1, new AbortController().signal)));
  for (let batch = 0; batch < 6; batch++) {
    hub.announce(announcement(1, ...Array.from({ length: 100 }, (_, i) => batch * 100 + i + 1)));
    assert.equal((await take(quick!))?.length, 1);
  }
  assert.equal(await take(slow!), undefined);
  assert.equal(hub.size(), 1);
  assert.deepEqual(calls, ["watch 1"]);
  hub.dropAll();
});

Deno.test("an empty item says that nothing came for a while", async () => {
  const { hub } = stage(5);
  const watcher = await hub.subscribe(1, new AbortController().signal);
  assert.deepEqual(await take(watcher), []);
  hub.dropAll();
});

Deno.test("closing the hub ends every stream, and later ones at once", async () => {
  const { hub } = stage();
  const watcher = await hub.subscribe(1, new AbortController().signal);
  const end = take(watcher);
  hub[Symbol.dispose]();
  assert.equal(await end, undefined);
  assert.equal(await take(await hub.subscribe(1, new AbortController().signal)), undefined);
});

Deno.test("where the channel cannot be watched the watcher is told, and nothing stays behind", async () => {
  const hub: Hub = createHub({
    recorder: { watch: () => Promise.reject(new Error("gone")), unwatch() {} },
    render: () => "",
    onFault() {},
  });
  await assert.rejects(hub.subscribe(1, new AbortController().signal), /gone/);
  assert.equal(hub.size(), 0);
});

Deno.test("rows that cannot be made are told, and send away who watches, not who records", async () => {
  const { hub, calls } = stage();
  const watcher = await hub.subscribe(1, new AbortController().signal);
  const { channelId, events } = announcement(1, 5);
  hub.announce({ channelId, events: [{ ...events[0]!, text: "broken" }] });
  assert.deepEqual(calls, ["watch 1", "fault no such row", "unwatch 1"]);
  assert.equal(await take(watcher), undefined);
  assert.equal(hub.size(), 0);
});
