import assert from "node:assert/strict";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { recordingSite, type TestSite } from "../support/site/site.ts";
import { serve as serveHttp } from "../support/http/served.ts";
import { SseClient } from "../support/http/sse_client.ts";
import { until } from "../support/until.ts";
import { nextTurn } from "../support/next_turn.ts";

interface Served extends AsyncDisposable {
  site: TestSite;
  /** The stream of channel 1. */
  live: string;
}

/** The pages of one channel over real HTTP. */
function serve(): Served {
  const site = recordingSite(["harborlight"]);
  const server = serveHttp(site.app.fetch);
  return {
    site,
    live: `${server.url}/channels/1/live`,
    async [Symbol.asyncDispose]() {
      site[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const idsIn = (text: string) => [...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));

Deno.test("with 300 clients on a channel each message is rendered once and sent to each client once", async () => {
  await using served = serve();
  const { site, live } = served;
  const heard: number[][] = [];
  using clients = new DisposableStack();
  for (let n = 0; n < 300; n++) {
    const ids: number[] = heard[n] = [];
    clients.use(await SseClient.open(live, { heard: (events) => ids.push(...idsIn(events)) }));
  }
  await until(() => site.hub.size() === 300);
  const said: number[] = [];
  for (let n = 0; n < 40; n++) {
    said.push(...site.recorder.receive(1, [inventedEvent(n, "harborlight")]).map(({ id }) => id));
    await nextTurn();
  }
  await until(() => heard.every((ids) => ids.length >= said.length));
  for (const ids of heard) assert.deepEqual(ids, said);
  assert.deepEqual(site.hub.counts, { rendered: 40, sent: 40 * 300, dropped: 0 });
});

Deno.test("a client that reads too slowly is disconnected, and has missed nothing after it reconnects", async () => {
  await using served = serve();
  const { site, live } = served;
  const ids: number[] = [];
  const heard = (events: string) => void ids.push(...idsIn(events));
  using slow = await SseClient.open(live, { heard });
  await until(() => site.hub.size() === 1);
  slow.pause();
  // The kernel buffers some megabytes before the stream is full.
  const text = "a very long line ".repeat(12_000);
  const said: number[] = [];
  while (site.hub.size() > 0) {
    const event = { ...inventedEvent(0, "harborlight"), text };
    said.push(...site.recorder.receive(1, [event]).map(({ id }) => id));
    await nextTurn();
  }
  assert.equal(site.hub.counts.dropped, 1);
  said.push(...site.recorder.receive(1, [inventedEvent(1, "harborlight")]).map(({ id }) => id));
  slow.resume();
  await slow.ended;
  assert.ok(slow.lastId < said.at(-1)!);
  using _back = await SseClient.open(live, { after: slow.lastId, heard });
  await until(() => ids.includes(said.at(-1)!));
  assert.deepEqual(ids, said);
});
