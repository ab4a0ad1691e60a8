/** Requests that two servers in a row could read in two ways, and targets in odd spellings, as bytes on a real connection. */
import assert from "node:assert/strict";
import { inventedSite } from "../../support/site/invented_site.ts";
import { connect, read } from "../../support/http/raw_client.ts";
import { serve } from "../../support/http/served.ts";

const HIDDEN = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";
const CHUNKED = "5\r\nx=1&y\r\n0\r\n\r\n";

/** Headers after `POST /channels HTTP/1.1`, and what follows; a server that reads them otherwise finds a second request. */
const AMBIGUOUS: Record<string, [headers: string[], body: string]> = {
  "both lengths": [["Content-Length: 6", "Transfer-Encoding: chunked"], `0\r\n\r\n${HIDDEN}`],
  "both lengths, the other way round": [
    ["Transfer-Encoding: chunked", "Content-Length: 4"],
    `${CHUNKED}${HIDDEN}`,
  ],
  "two lengths": [["Content-Length: 0", `Content-Length: ${HIDDEN.length}`], HIDDEN],
  "a list of lengths": [[`Content-Length: 0, ${HIDDEN.length}`], HIDDEN],
  "a length with a sign": [["Content-Length: +0"], HIDDEN],
  "a negative length": [["Content-Length: -1"], HIDDEN],
  "a hexadecimal length": [["Content-Length: 0x0"], HIDDEN],
  "a length with a blank before the colon": [["Content-Length : 0"], HIDDEN],
  "an unknown coding": [["Transfer-Encoding: xchunked"], `0\r\n\r\n${HIDDEN}`],
  "a coding that is not the last": [["Transfer-Encoding: chunked, identity"], `0\r\n\r\n${HIDDEN}`],
  "a coding with a blank before the colon": [["Transfer-Encoding : chunked"], `0\r\n\r\n${HIDDEN}`],
  "a coding in a folded line": [["X: y", " Transfer-Encoding: chunked"], `0\r\n\r\n${HIDDEN}`],
  "two codings": [["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], `0\r\n\r\n${HIDDEN}`],
  "a size of a chunk with a sign": [["Transfer-Encoding: chunked"], `+0\r\n\r\n${HIDDEN}`],
  "a size of a chunk with a prefix": [["Transfer-Encoding: chunked"], `0x0\r\n\r\n${HIDDEN}`],
  "a chunk that is longer than its size": [["Transfer-Encoding: chunked"], `1\r\nabc\r\n0\r\n\r\n${HIDDEN}`],
  "a NUL in a header": [["X: a\0b", "Content-Length: 0"], HIDDEN],
  "a lone CR in a header": [["X: a\rContent-Length: 5", "Content-Length: 0"], HIDDEN],
};

/** The answers to a request and what follows it, and the paths that reached the site. */
async function sent(headers: readonly string[], body: string) {
  using site = await inventedSite();
  const paths: string[] = [];
  await using server = serve((request, info) => {
    paths.push(new URL(request.url).pathname);
    return site.app.fetch(request, info);
  });
  const head = ["POST /channels HTTP/1.1", "Host: localhost", ...headers, "", ""].join("\r\n");
  using client = await connect(server, head + body);
  // A server that waits for the rest of a body gets none.
  await client.socket.closeWrite();
  const answers = (await read(client)).match(/^HTTP\/1\.1 \d{3}/gm) ?? [];
  return { statuses: answers.map((line) => Number(line.slice(9))), paths };
}

for (const [what, [headers, body]] of Object.entries(AMBIGUOUS)) {
  Deno.test(`a request with ${what} hides no other one`, async () => {
    const { statuses, paths } = await sent(headers, body);
    assert.ok(!paths.includes("/hidden"), statuses.join());
    assert.ok(statuses.every((status) => status >= 400), statuses.join());
  });
}

Deno.test("a request that follows one whose end is clear is answered", async () => {
  for (
    const [headers, body] of [[["Content-Length: 0"], ""], [["Transfer-Encoding: chunked"], CHUNKED]] as const
  ) {
    assert.deepEqual((await sent(headers, body + HIDDEN)).paths, ["/channels", "/hidden"]);
  }
});

const TARGETS = [
  "//evil.example/channels/1",
  "///channels/1",
  "/\\evil.example/channels/1",
  "/channels%2f1",
  "/channels/%31",
  "/%2e%2e/channels/1",
  "/static/%2e%2e%2fchannels/1",
  "/static/..%5c..%5cdeno.json",
  "/static/%252e%252e/deno.json",
  "/static//etc/passwd",
  "/channels/1%00.png",
  "/channels/1;x=.css",
  "/channels/1/live/..",
  "/api/v1/../../channels/1",
  "/channels/1?/static/app.js",
  "/channels/1#/static/app.js",
  "http://localhost/channels/1",
  "http://localhost@evil.example/channels/1",
  "http://evil.example/channels/1",
  "HTTP://LOCALHOST/channels/1",
  "localhost:80",
  "*",
  "channels/1",
  "/%ff%fe/channels/1",
];

Deno.test("no spelling of a target comes past the rule of a closed archive, or leads to another site", async () => {
  using closed = await inventedSite(Date.now(), { readAccess: "password", adminPassword: "open sesame" });
  using open = await inventedSite();
  await using closedServer = serve(closed.app.fetch);
  await using openServer = serve(open.app.fetch);
  for (
    const target of [
      ...TARGETS,
      "/channel//evil.example",
      "/channels/%2f%2fevil.example",
      "/users/%5cevil.example",
    ]
  ) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const text = [
        `${method} ${target} HTTP/1.1`,
        "Host: localhost",
        "X-Original-URL: /static/app.js",
        "X-Rewrite-URL: /healthz",
        "X-HTTP-Method-Override: GET",
        "Referer: https://evil.example/",
        "Content-Length: 0",
        "Connection: close",
        "",
        "",
      ].join("\r\n");
      using client = await connect(closedServer, text);
      const answer = await read(client);
      const status = Number(answer.slice(9, 12));
      assert.ok(status >= 400 || method === "OPTIONS" && status === 204, `${method} ${target}: ${status}`);
      assert.doesNotMatch(answer, /harborlight|root:|"imports"/, `${method} ${target}`);
      using other = await connect(openServer, text);
      const location = /^Location: (.*)$/mi.exec(await read(other))?.[1];
      assert.match(location ?? "/", /^\/(?![/\\])/, `${method} ${target} leads to ${location}`);
    }
  }
  assert.deepEqual([...closed.faults, ...open.faults], []);
});

Deno.test("a client that forges the addresses of proxies stays one client", async () => {
  using site = await inventedSite(Date.now(), { rateLimit: 5, loopback: false });
  const statuses: number[] = [];
  const forged = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Via"];
  for (const [n, name] of forged.entries()) {
    const value = name === "Forwarded" ? `for=198.51.100.${n}` : `198.51.100.${n}`;
    const answer = await site.requestFrom("203.0.113.7", "http://chat.example/api/v1/channels", {
      headers: { [name]: value, Host: "chat.example" },
    });
    await answer.body?.cancel();
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses.slice(-1), [429], statuses.join());
  assert.ok(statuses.slice(0, 5).every((status) => status === statuses[0]), statuses.join());
});
