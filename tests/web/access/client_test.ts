import assert from "node:assert/strict";
import { Hono } from "hono";
import { type Client, clientOf } from "../../../src/web/access/client.ts";
import { parseIpRange } from "../../../src/web/access/ip_address.ts";

async function client(
  peer: string,
  headers: Record<string, string>,
  trusted = "127.0.0.1 10.0.0.0/8",
  httpVersion = "1.1",
) {
  const ranges = trusted === "" ? [] : trusted.split(" ").map((text) => parseIpRange(text)!);
  const app = new Hono();
  app.get("/", (c) => c.json(clientOf(c, ranges)));
  const info = { remoteAddr: { hostname: peer, port: 1 }, httpVersion };
  return await (await app.request("http://localhost/", { headers }, info)).json() as Client;
}

const addresses: [what: string, peer: string, headers: Record<string, string>, address: string][] = [
  ["there is no proxy", "192.0.2.1", {}, "192.0.2.1"],
  ["an untrusted client sends the header", "192.0.2.1", { "X-Forwarded-For": "203.0.113.1" }, "192.0.2.1"],
  ["a trusted proxy adds the client", "127.0.0.1", { "X-Forwarded-For": "203.0.113.1" }, "203.0.113.1"],
  ["the client forges entries", "127.0.0.1", { "X-Forwarded-For": "1.1.1.1, 203.0.113.1" }, "203.0.113.1"],
  [
    "two trusted proxies add entries",
    "127.0.0.1",
    { "X-Forwarded-For": "1.1.1.1, 203.0.113.1, 10.1.1.1" },
    "203.0.113.1",
  ],
  ["an entry has a port", "127.0.0.1", { "X-Forwarded-For": "203.0.113.1:4711" }, "203.0.113.1"],
  ["an entry is IPv6", "127.0.0.1", { "X-Forwarded-For": "[2001:db8::1]:4711" }, "2001:db8::1"],
  ["an entry is not an address", "127.0.0.1", { "X-Forwarded-For": "203.0.113.1, unknown" }, "127.0.0.1"],
  [
    "the proxy uses Forwarded",
    "127.0.0.1",
    { Forwarded: 'for=1.1.1.1, for="[2001:db8::1]:80";proto=https' },
    "2001:db8::1",
  ],
  ["all are trusted", "127.0.0.1", { "X-Forwarded-For": "10.0.0.1, 10.0.0.2" }, "10.0.0.1"],
  [
    "the peer is an IPv4-mapped address",
    "::ffff:127.0.0.1",
    { "X-Forwarded-For": "203.0.113.1" },
    "203.0.113.1",
  ],
];
for (const [what, peer, headers, address] of addresses) {
  Deno.test(`the client's address if ${what}: ${address}`, async () => {
    assert.equal((await client(peer, headers)).address, address);
  });
}

Deno.test("only a trusted proxy can say that the client's connection is encrypted", async () => {
  const proto = { "X-Forwarded-Proto": "https" };
  assert.equal((await client("127.0.0.1", proto)).https, true);
  assert.equal((await client("192.0.2.1", proto)).https, false);
  assert.equal((await client("127.0.0.1", { Forwarded: "for=192.0.2.1;proto=https" })).https, true);
});

const signs: Record<string, string>[] = [
  { "X-Forwarded-For": "1.1.1.1" },
  { "X-Forwarded-Host": "x" },
  { "X-Forwarded-Proto": "http" },
  { Forwarded: "for=1.1.1.1" },
  { "X-Real-IP": "1.1.1.1" },
  { Via: "1.1 proxy" },
  { "CF-Connecting-IP": "1.1.1.1" },
  { "True-Client-IP": "1.1.1.1" },
];
for (const headers of signs) {
  Deno.test(`${Object.keys(headers)[0]} indicates a proxy`, async () => {
    assert.equal((await client("127.0.0.1", headers)).viaProxy, true);
  });
}

Deno.test("HTTP/1.0, nginx's default, indicates a proxy; a browser's request does not", async () => {
  assert.equal((await client("127.0.0.1", {}, "", "1.0")).viaProxy, true);
  assert.equal((await client("127.0.0.1", { "User-Agent": "x", "Accept": "*/*" })).viaProxy, false);
});
