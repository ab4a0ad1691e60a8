import assert from "node:assert/strict";
import { inventedSite } from "../support/invented_site.ts";
import { inventedEvent } from "../support/invented.ts";

/** Reads until the stream has told `until`, then leaves. */
async function readUntil(answer: Response, until: string): Promise<string> {
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(until)) break;
  }
  return text;
}

Deno.test("the stream says hello, then what was missed, then what comes, each id once", async () => {
  using site = await inventedSite();
  const own = site.archive.events.filter(({ channelId }) => channelId === 1);
  const answer = await site.request(`/channels/1/live?after_id=${own.at(-3)!.id}`);
  assert.equal(answer.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
  setTimeout(
    () => site.recorder.receive(1, [{ ...inventedEvent(0, "harborlight"), text: "line one\nlast words" }]),
    20,
  );
  const text = await readUntil(answer, "last words");
  assert.match(text, /^event: hello\ndata: live\n\n/);
  const ids = [...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id));
  const expected = site.archive.events.filter(({ channelId }) => channelId === 1).slice(-3).map(({ id }) =>
    id
  );
  assert.deepEqual(ids, expected);
  assert.match(text, new RegExp(`id: ${expected.at(-1)}\n`));
  assert.equal(site.hub.size(), 0);
});

Deno.test("Last-Event-ID counts more than where the page began", async () => {
  using site = await inventedSite();
  const own = site.archive.events.filter(({ channelId }) => channelId === 1);
  const answer = await site.request("/channels/1/live?after_id=0", {
    headers: { "Last-Event-ID": String(own.at(-2)!.id) },
  });
  const text = await readUntil(answer, "data-id");
  assert.deepEqual([...text.matchAll(/data-id="(\d+)"/g)].map(([, id]) => Number(id)), [own.at(-1)!.id]);
});

Deno.test("leaving the page has the channel unwatched", async () => {
  using site = await inventedSite();
  const answer = await site.request("/channels/2/live");
  assert.deepEqual([...site.recorder.watched], [2]);
  await answer.body!.cancel();
  assert.deepEqual([...site.recorder.watched], []);
});

Deno.test("asking for the stream's headers alone watches nothing", async () => {
  using site = await inventedSite();
  assert.equal((await site.request("/channels/2/live", { method: "HEAD" })).status, 200);
  assert.deepEqual([...site.recorder.watched], []);
  assert.equal(site.hub.size(), 0);
});
