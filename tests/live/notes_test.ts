import assert from "node:assert/strict";
import type { StoredEvent } from "../../src/chat/events.ts";
import { createHub } from "../../src/live/hub.ts";
import type { Notes } from "../../src/live/notes.ts";
import type { Topic } from "../../src/live/topic.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const said = (...ids: number[]): StoredEvent[] =>
  ids.map((id) => ({ id, channelId: 1, kind: "message", channel: "c", text: "", tags: [] }));
const TOPIC: Topic = {
  key: "1",
  channelId: 1,
  render: (events) => bytes(events.map(({ id }) => `<${id}>`).join("")),
};

Deno.test("notes are made once for all watchers with the same key, and come before their events", async () => {
  const faults: unknown[] = [];
  using hub = createHub({
    recorder: { watch: () => Promise.resolve(), unwatch: () => {} },
    heartbeat: bytes("beat"),
    joinedEvent: bytes("joined"),
    onFault: (error) => faults.push(error),
  });
  const made: string[] = [];
  const notes = (key: string): Notes => ({
    key,
    render(events) {
      made.push(key);
      if (key === "broken") throw new Error("no such rule");
      const noted = events.filter(({ id }) => id % 2 === 0);
      return noted.length > 0 ? bytes(`${key}${noted.map(({ id }) => id)}`) : undefined;
    },
  });
  const streams = await Promise.all(["a", "a", "b", "broken"].map(async (key) => {
    const watcher = await hub.subscribe(TOPIC, notes(key));
    watcher.begin(2);
    return watcher.body.pipeThrough(new TextDecoderStream()).getReader();
  }));
  const heard = async (wanted: string[]) => {
    for (const [i, stream] of streams.entries()) {
      let text = "";
      while (text.length < wanted[i]!.length) text += (await stream.read()).value;
      assert.equal(text, wanted[i]);
    }
  };
  hub.announce(said(2, 3, 4));
  await heard(["a2,4<3><4>", "a2,4<3><4>", "b2,4<3><4>", "<3><4>"]);
  assert.deepEqual(made, ["a", "b", "broken"]);
  assert.equal(String(faults), "Error: no such rule");
  hub.announce(said(5));
  await heard(["<5>", "<5>", "<5>", "<5>"]);
});
