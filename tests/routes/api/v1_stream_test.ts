/** Live matches of the API: Server-Sent Events and WebSockets, which resume after a message. */
import assert from "node:assert/strict";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { ANN, message } from "../../support/archive/events.ts";
import { connect, read } from "../../support/http/raw_client.ts";
import { serve } from "../../support/http/served.ts";
import { readUntil } from "../../support/http/read_until.ts";
import { until } from "../../support/until.ts";
import { lakeSite } from "../../support/site/site.ts";

const said = (text: string, more: Partial<ChatEvent> = {}) => message(ANN, text, { tags: [], ...more });

const idsIn = (stream: string) => [...stream.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

Deno.test("a stream resumes after a message, and then has new ones, each once", async () => {
  using site = lakeSite();
  const before = Array.from({ length: 450 }, (_, n) => said(`hello ${n}`));
  const stored = site.recorder.receive(1, before, Date.now() - 60_000);
  const response = await site.request("/api/v1/stream?q=hello", {
    headers: { "Last-Event-ID": String(stored[9]!.id) },
  });
  const [more] = site.recorder.receive(1, [said("hello again")]);
  site.recorder.receive(1, [said("something else")]);
  const received = await readUntil(response, "again");
  assert.deepEqual(idsIn(received), [...stored.slice(10).map(({ id }) => id), more!.id]);
  assert.match(received, /^event: hello\n/);
});

Deno.test("a stream without a place has only new messages", async () => {
  using site = lakeSite();
  site.recorder.receive(1, [said("hello before")], Date.now() - 60_000);
  const response = await site.request("/api/v1/stream?q=hello");
  const [more] = site.recorder.receive(1, [said("hello new")]);
  assert.deepEqual(idsIn(await readUntil(response, "new")), [more!.id]);
});

Deno.test("a client that does not read gets the position at which to resume, and then misses nothing", async () => {
  using site = lakeSite();
  const response = await site.request("/api/v1/stream?q=hello");
  const ids: number[] = [];
  const text = `hello ${"x".repeat(400)}`;
  for (let batch = 0; batch < 20 && site.hub.size() > 0; batch++) {
    const many = Array.from({ length: 100 }, () => said(text));
    ids.push(...site.recorder.receive(1, many).map(({ id }) => id));
    while (site.hub.counts.sent + 100 * site.hub.counts.dropped < ids.length && site.hub.size() > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const received = await response.text();
  const place = Number(/event: lagging\ndata: \{"after_id":(\d+)\}/.exec(received)![1]);
  const first = idsIn(received);
  assert.equal(first.at(-1), place);
  const [last] = site.recorder.receive(1, [said("hello last")]);
  const again = await readUntil(await site.request(`/api/v1/stream?q=hello&after_id=${place}`), "hello last");
  assert.deepEqual([...first, ...idsIn(again)], [...ids, last!.id]);
});

Deno.test("a WebSocket resumes after a message, sends new ones, and reports errors of the request", async () => {
  using site = lakeSite();
  const stored = site.recorder.receive(1, [said("hello one"), said("hello two")], Date.now() - 60_000);
  await using server = serve(site.app.fetch);
  const socket = new WebSocket(
    `${server.url.replace("http", "ws")}/api/v1/stream?q=hello&after_id=${stored[0]!.id}`,
  );
  const got: { type: string; message?: { text: string } }[] = [];
  socket.onmessage = ({ data }) => got.push(JSON.parse(data));
  await until(() => got.length === 2);
  site.recorder.receive(1, [said("hello three"), said("other")]);
  await until(() => got.length === 3);
  assert.deepEqual(got.map(({ type, message }) => message?.text ?? type), [
    "hello",
    "hello two",
    "hello three",
  ]);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  await until(() => site.hub.size() === 0);

  const refused = await fetch(`${server.url}/api/v1/stream?q=before:soon`);
  assert.equal(refused.status, 400);
  await refused.body!.cancel();
});

for (const [origin, status] of [["https://evil.example", 403], ["http://localhost", 101]] as const) {
  Deno.test(`where reading is closed, a WebSocket opened by a page of ${origin} gets ${status}`, async () => {
    using site = lakeSite({ readAccess: "token" });
    await using server = serve(site.app.fetch);
    using client = await connect(
      server,
      "GET /api/v1/stream?q=in:lake HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        `Origin: ${origin}\r\n\r\n`,
    );
    assert.match(await read(client, "\r\n\r\n"), new RegExp(`^HTTP/1.1 ${status} `));
  });
}
