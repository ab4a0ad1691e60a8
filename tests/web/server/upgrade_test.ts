/** WebSockets of the HTTP server, with real sockets. */
import assert from "node:assert/strict";
import { SOCKET_LINES } from "../../../src/web/server/answer_upgrade.ts";
import type { Fetch } from "../../../src/web/server/answer_request.ts";
import { connect, read } from "../../support/http/raw_client.ts";
import { serve } from "../../support/http/served.ts";
import { until } from "../../support/until.ts";

const UPGRADE = (path: string, more = "") =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

const lines = (text: string) => () => new Response(text, { headers: { "Content-Type": SOCKET_LINES } });

async function received(url: string): Promise<{ messages: string[]; code: number }> {
  const messages: string[] = [];
  const socket = new WebSocket(url.replace("http", "ws"));
  socket.onmessage = ({ data }) => messages.push(data);
  return await new Promise((resolve) => socket.onclose = ({ code }) => resolve({ messages, code }));
}

Deno.test("each line of JSON is a message, and a heartbeat is none", async () => {
  await using server = serve(lines('{"a":1}\n:\n\n{"b":"ä😂"}\n'));
  assert.deepEqual(await received(`${server.url}/x`), { messages: ['{"a":1}', '{"b":"ä😂"}'], code: 1_001 });
});

const REFUSED: [what: string, fetch: Fetch, expected: RegExp][] = [
  ["a refusal", () => new Response("not you\n", { status: 403 }), /^HTTP\/1.1 403 [^]*not you/],
  [
    "a page",
    () => new Response("<p>", { headers: { "Content-Type": "text/html" } }),
    /^HTTP\/1.1 400 [^]*no WebSocket/,
  ],
];
for (const [what, fetch, expected] of REFUSED) {
  Deno.test(`${what} is an ordinary answer, and the connection ends`, async () => {
    await using server = serve(fetch);
    using client = await connect(server, UPGRADE("/x"));
    assert.match(await read(client), expected);
    await until(() => server.status().connections === 0);
  });
}

Deno.test("only a GET for a WebSocket is upgraded", async () => {
  await using server = serve(lines('{"a":1}\n'));
  for (const text of [UPGRADE("/x").replace("websocket", "h2c"), UPGRADE("/x").replace("GET", "POST")]) {
    using client = await connect(server, text);
    assert.match(await read(client), /^HTTP\/1.1 400 /);
  }
});

Deno.test("the user's cookies are not used for another site", async () => {
  const cookies: (string | null)[] = [];
  await using server = serve((request) => {
    cookies.push(request.headers.get("Cookie"));
    return new Response("", { status: 403 });
  });
  for (const origin of ["https://evil.example", "http://localhost", "null"]) {
    using client = await connect(server, UPGRADE("/x", `Cookie: session=1\r\nOrigin: ${origin}\r\n`));
    await read(client);
  }
  assert.deepEqual(cookies, [null, "session=1", null]);
});

Deno.test("a client that sends too much, or nonsense, is disconnected, and the stream ends", async () => {
  let cancelled = 0;
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        start: (stream) => stream.enqueue(new TextEncoder().encode("{}\n")),
        cancel: () => void cancelled++,
      }),
      { headers: { "Content-Type": SOCKET_LINES } },
    )
  );
  const socket = new WebSocket(server.url.replace("http", "ws"));
  await new Promise((resolve) => socket.onmessage = resolve);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.send("x".repeat(10_000));
  await closed;
  using client = await connect(server, UPGRADE("/x"));
  await read(client, "{}");
  await client.socket.write(new Uint8Array(200).fill(255));
  await read(client);
  await until(() => cancelled === 2 && server.status().connections === 0);
  assert.deepEqual(server.warnings, []);
});
