import assert from "node:assert/strict";
import { StreamSlots } from "../../../src/web/access/stream_slots.ts";
import { recordingSite } from "../../support/site/site.ts";
import { until } from "../../support/until.ts";
import { inventedSite } from "../../support/site/invented_site.ts";
import { inventedEvent } from "../../support/chat/invented_events.ts";

/** Reads until the stream has told `until`, then leaves. */
async function readUntil(answer: Response, until: string): Promise<string> {
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(until)) break;
  }
  return text;
}

Deno.test("the stream sends hello, then the missed rows, then new ones, each id once", async () => {
  using site = inventedSite();
  const own = site.recorder.stored.filter(({ channelId }) => channelId === 1);
  const answer = await site.request(`/channels/1/live?after_id=${own.at(-3)!.id}`);
  assert.equal(answer.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
  const reading = readUntil(answer, "last words");
  await until(() => site.recorder.watched.has(1));
  site.recorder.receive(1, [{ ...inventedEvent(0, "harborlight"), text: "line one\nlast words" }]);
  const text = await reading;
  assert.match(text, /^event: hello\ndata: live\n\n/);
  const ids = [...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
  const expected = site.recorder.stored.filter(({ channelId }) => channelId === 1).slice(-3).map(({ id }) =>
    id
  );
  assert.deepEqual(ids, expected);
  assert.match(text, new RegExp(`id: ${expected.at(-1)}\n`));
  assert.equal(site.hub.size(), 0);
});

Deno.test("Last-Event-ID takes precedence over after_id", async () => {
  using site = inventedSite();
  const own = site.recorder.stored.filter(({ channelId }) => channelId === 1);
  const answer = await site.request("/channels/1/live?after_id=0", {
    headers: { "Last-Event-ID": String(own.at(-2)!.id) },
  });
  const text = await readUntil(answer, "data-id");
  assert.deepEqual([...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id)), [own.at(-1)!.id]);
});

Deno.test("a stream does not begin at a place that is none, and says so", async () => {
  using site = await inventedSite();
  for (const path of ["/channels/1/live", "/search/follow/live?q=hello", "/api/v1/stream?q=hello"]) {
    const answer = await site.request(path, { headers: { "Last-Event-ID": "x" } });
    assert.equal(answer.status, 400, path);
    assert.match(await answer.text(), /“x” is not a valid last-event-id: use the id of/i, path);
  }
  assert.equal(site.hub.size(), 0);
});

Deno.test("leaving the page unwatches the channel", async () => {
  using site = inventedSite();
  const answer = await site.request("/channels/2/live");
  assert.deepEqual([...site.recorder.watched], [2]);
  await answer.body!.cancel();
  assert.deepEqual([...site.recorder.watched], []);
});

Deno.test("a HEAD request of the stream watches nothing", async () => {
  using site = inventedSite();
  assert.equal((await site.request("/channels/2/live", { method: "HEAD" })).status, 200);
  assert.deepEqual([...site.recorder.watched], []);
  assert.equal(site.hub.size(), 0);
});

Deno.test("live streams are limited in total and per client: beyond that 503 with Retry-After, until one ends", async () => {
  const streams = new StreamSlots({ streams: 3, streamsPerClient: 2 });
  using site = recordingSite(["harborlight"], {}, undefined, { streams });
  const watch = (peer: string) => site.requestFrom(peer, "http://localhost/channels/1/live");
  const first = await watch("192.0.2.1");
  await watch("192.0.2.1");
  const refused = await watch("192.0.2.1");
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("Retry-After"), "30");
  assert.equal((await watch("192.0.2.2")).status, 200);
  assert.equal((await watch("192.0.2.3")).status, 503, "there is none left in all");
  assert.deepEqual(streams.refused, { total: 1, client: 1 });
  assert.equal(
    (await site.requestFrom("192.0.2.3", "http://localhost/channels/1/messages/stream?after_id=0")).status,
    204,
  );
  await first.body!.cancel();
  await until(async () => (await watch("192.0.2.3")).status === 200);
});

Deno.test("clients of a trusted proxy are limited each; this machine only in total", async () => {
  const streams = new StreamSlots({ streams: 5, streamsPerClient: 1 });
  using site = recordingSite(
    ["harborlight"],
    { trustedProxies: ["127.0.0.1"], adminPassword: "open sesame" },
    undefined,
    {
      streams,
    },
  );
  const watch = async (address?: string) => {
    const headers: Record<string, string> = address === undefined ? {} : { "X-Forwarded-For": address };
    return (await site.requestFrom("127.0.0.1", "http://localhost/channels/1/live", { headers })).status;
  };
  assert.deepEqual([await watch("2001:db8::1"), await watch("2001:db8::2"), await watch("2001:db8:0:1::1")], [
    200,
    503,
    200,
  ]);
  assert.deepEqual([await watch(), await watch(), await watch(), await watch()], [200, 200, 200, 503]);
});
