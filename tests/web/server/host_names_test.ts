import assert from "node:assert/strict";
import http2 from "node:http2";
import { Hono } from "hono";
import { loopbackNamesOnly } from "../../../src/web/access/same_origin.ts";
import { serve } from "../../support/http/served.ts";
import { connect, read } from "../../support/http/raw_client.ts";

const app = new Hono();
app.use(loopbackNamesOnly());
app.onError((_error, c) => c.text("refused", 403));
app.get("/", (c) => c.text("let in"));

const names: [what: string, request: string, status: number][] = [
  ["its own name", "GET / HTTP/1.1\r\nHost: localhost", 200],
  ["a foreign name", "GET / HTTP/1.1\r\nHost: evil.example", 403],
  [
    "a foreign name in its address and an own one as Host",
    "GET http://evil.example/ HTTP/1.1\r\nHost: localhost",
    403,
  ],
  [
    "an own name in its address and a foreign one as Host",
    "GET http://localhost/ HTTP/1.1\r\nHost: evil.example",
    200,
  ],
  ["two names", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400],
  ["a name with a user before it", "GET / HTTP/1.1\r\nHost: localhost@evil.example", 400],
  ["a name with a path behind it", "GET / HTTP/1.1\r\nHost: localhost/x", 400],
  ["no name, over HTTP/1.0", "GET / HTTP/1.0", 200],
];
for (const [what, request, status] of names) {
  Deno.test(`on loopback, a request with ${what} is answered ${status}`, async () => {
    await using server = serve(app.fetch);
    using client = await connect(server, `${request}\r\nConnection: close\r\n\r\n`);
    assert.match(await read(client), new RegExp(`^HTTP/1\\.1 ${status} `));
  });
}

Deno.test("HTTP/2, whose :authority could differ from Host, is not supported", async () => {
  await using server = serve(app.fetch);
  const session = http2.connect(server.url);
  const failed = Promise.withResolvers<void>();
  session.on("error", () => failed.resolve());
  session.on("close", () => failed.resolve());
  const stream = session.request({ ":path": "/", ":authority": "localhost", host: "evil.example" });
  stream.on("error", () => failed.resolve());
  stream.on("response", (headers) => assert.fail(`it was answered ${headers[":status"]}`));
  await failed.promise;
  session.destroy();
});
