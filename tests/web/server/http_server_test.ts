import assert from "node:assert/strict";
import http2 from "node:http2";
import { Hono } from "hono";
import { loopbackNamesOnly } from "../../../src/web/access/same_origin.ts";
import { LIMITS_MS } from "../../../src/web/server/connections.ts";
import { connectionBounds } from "../../../src/web/server/connection_bounds.ts";
import { StandingClock } from "../../support/clock.ts";
import { serve, type Served } from "../../support/http/served.ts";
import { until } from "../../support/until.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Opens a connection, sends `text`, and reads until the connection ends. */
async function connect({ addr }: Served, text = "") {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: addr.port });
  await socket.write(new TextEncoder().encode(text));
  const client = { heard: "", isOpen: true, socket, [Symbol.dispose]: () => client.isOpen && socket.close() };
  return client;
}

type Client = Awaited<ReturnType<typeof connect>>;

/** Reads until the connection ends or the text contains `until`. */
async function read(client: Client, until?: string): Promise<string> {
  const buffer = new Uint8Array(64 * 1024);
  while (until === undefined || !client.heard.includes(until)) {
    const size = await client.socket.read(buffer).catch(() => null);
    if (size === null) break;
    client.heard += new TextDecoder().decode(buffer.subarray(0, size));
  }
  return client.heard;
}

const slow: [what: string, text: string, reason: string, ms: number][] = [
  ["sends nothing", "", "silent", LIMITS_MS.header],
  ["sends half a header", "GET / HTTP/1.1\r\nHost: loc", "slow_request", LIMITS_MS.header],
  [
    "sends half a body",
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
    "slow_request",
    LIMITS_MS.request,
  ],
];
/** Opens a connection and waits until the server has read its bytes, so that its timeout has started. */
async function begin(server: Served, text: string): Promise<Client> {
  const { connections } = server.status();
  const client = await connect(server, text);
  await until(() => server.status().connections > connections);
  if (text !== "") {
    using other = await connect(server, REQUEST);
    await read(other, "\r\n\r\n");
  }
  await until(() => server.status().connections === connections + 1);
  return client;
}

for (const [what, text, reason, ms] of slow) {
  Deno.test(`a connection that ${what} is closed after ${ms / 1_000} s`, async () => {
    const clock = new StandingClock();
    await using server = serve(async (request) => new Response(await request.text()), { clock });
    const ended = () => server.status().counts.ended[reason as "silent"];
    using earlier = await begin(server, text);
    clock.now += 1;
    using client = await begin(server, text);
    clock.now += ms;
    await read(earlier);
    assert.equal(ended(), 1, "of two that began 1 ms apart, the first one");
    clock.now += 1;
    await read(client);
    assert.equal(ended(), 2);
    await until(() => server.status().connections <= 1);
  });
}

Deno.test("a request that was answered before its body was complete is closed after 30 s, too", async () => {
  const clock = new StandingClock();
  await using server = serve(() => new Response("no", { status: 400 }), { clock });
  using client = await connect(server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  await read(client, "no");
  clock.now += LIMITS_MS.request + 1;
  await read(client);
  assert.equal(server.status().counts.ended.slow_request, 1);
});

for (const size of [60_000, 2_000_000]) {
  Deno.test(`a body of ${size} bytes that no handler reads does not block the next request`, async () => {
    await using server = serve((request) => new Response(`answer to ${request.method}\n`));
    using client = await connect(
      server,
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}\r\n\r\n`,
    );
    const rest = new TextEncoder().encode("a".repeat(size) + REQUEST);
    const sending = (async () => {
      for (let at = 0; at < rest.length;) at += await client.socket.write(rest.subarray(at));
    })();
    const heard = await read(client, "GET\n");
    await sending;
    assert.deepEqual(heard.match(/(?<=answer to )\w+/g), ["POST", "GET"]);
  });
}

Deno.test("a request with thousands of header fields is refused, because parsing them would block others", async () => {
  await using server = serve((request) => new Response(`${[...request.headers].length} fields\n`));
  const fields = (count: number) =>
    REQUEST.replace(
      "Host: localhost",
      ["Host: localhost", ...Array.from({ length: count - 1 }, (_, n) => `x${n}:`)].join("\r\n"),
    );
  using usual = await connect(server, fields(128));
  assert.match(await read(usual, " fields\n"), /^128 fields$/m);
  using hostile = await connect(server, fields(1_700));
  assert.match(await read(hostile), /^HTTP\/1\.1 431 /);
});

Deno.test("pipelined requests are answered one after the other, up to a limit", async () => {
  let most = 0;
  let now = 0;
  await using server = serve(async (request) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve));
    now--;
    return new Response(`answer to ${new URL(request.url).pathname}\n`);
  });
  const paths = Array.from({ length: 20 }, (_, n) => `/${n}`);
  using client = await connect(server, paths.map((path) => REQUEST.replace("/", path)).join(""));
  const heard = await read(client, "/19\n");
  assert.deepEqual(heard.match(/(?<=answer to )\S+/g), paths);
  assert.equal(most, 1);
  using greedy = await connect(server, REQUEST.repeat(500));
  await read(greedy);
  await until(() => server.status().connections === 1);
});

Deno.test("a connection that is idle between requests is closed after 75 s, and works until then", async () => {
  const clock = new StandingClock();
  await using server = serve(() => new Response("here"), { clock });
  using client = await connect(server, REQUEST);
  await read(client, "here");
  clock.now += 70_000;
  client.heard = "";
  await client.socket.write(new TextEncoder().encode(REQUEST));
  await read(client, "here");
  clock.now += LIMITS_MS.idle + 1;
  await read(client);
  assert.equal(server.status().counts.ended.idle, 1);
  assert.deepEqual(server.warnings, []);
});

for (const type of ["text/html", "text/event-stream"]) {
  Deno.test(`a client that does not read its response (${type}) is disconnected after 30 s`, async () => {
    const clock = new StandingClock();
    let left = false;
    const pull = (stream: ReadableStreamDefaultController) => {
      stream.enqueue(new Uint8Array(65_536));
    };
    const endless = () =>
      new Response(new ReadableStream({ pull, cancel: () => void (left = true) }), {
        headers: { "Content-Type": type },
      });
    await using server = serve(endless, { clock });
    using _client = await connect(server, REQUEST);
    // The system buffers some megabytes before the server can detect that the client does not read.
    await until(() => {
      clock.now += 1_000;
      return left;
    });
    assert.ok(clock.now > LIMITS_MS.unread);
    assert.equal(server.status().counts.ended.unread, 1);
  });
}

Deno.test("a live stream has no time limit while it is read, and is cancelled when its reader leaves", async () => {
  const clock = new StandingClock();
  let stream!: ReadableStreamDefaultController<Uint8Array>;
  let left = false;
  const live = () =>
    new Response(
      new ReadableStream({ start: (own) => void (stream = own), cancel: () => void (left = true) }),
      {
        headers: { "Content-Type": "text/event-stream" },
      },
    );
  await using server = serve(live, { clock });
  using client = await connect(server, REQUEST);
  await until(() => stream !== undefined);
  for (let n = 0; n < 3; n++) {
    clock.now += 3_600_000;
    stream.enqueue(new TextEncoder().encode(`data: ${n}\n\n`));
    await read(client, `data: ${n}`);
    // All connections are checked together: when this one is closed, the stream was checked, too.
    using silent = await begin(server, "");
    clock.now += LIMITS_MS.header + 1;
    await read(silent);
  }
  assert.equal(server.status().connections, 1);
  client.isOpen = false;
  client.socket.close();
  await until(() => left && server.status().connections === 0);
});

Deno.test("at the limit, the longest idle connection is closed; if none is idle, the new one is refused", async () => {
  const clock = new StandingClock();
  const answers: PromiseWithResolvers<Response>[] = [];
  const bounds = { total: 3, perAddress: 3, streams: 3, streamsPerClient: 3 };
  const fetch = () => {
    answers.push(Promise.withResolvers());
    return answers.at(-1)!.promise;
  };
  await using server = serve(fetch, { clock, bounds });
  using oldest = await connect(server);
  using _busy = await connect(server, REQUEST);
  using _other = await connect(server, REQUEST);
  await until(() => answers.length === 2);
  clock.now += 2_000;
  using _fourth = await connect(server, REQUEST);
  assert.equal(await read(oldest), "");
  await until(() => answers.length === 3);
  using fifth = await connect(server, REQUEST);
  assert.match(await read(fifth), /^HTTP\/1\.1 503 .*Retry-After: 5/s);
  assert.deepEqual(server.status().counts.refused, { total: 1, address: 0 });
  assert.equal(server.status().counts.ended.made_room, 1);
  assert.match(server.warnings.at(-1)!.message, /connections are refused/);
  for (const { resolve } of answers) resolve(new Response("done"));
});

Deno.test("connections from one address have a lower limit than all", async () => {
  const never = () => new Promise<Response>(() => {});
  const bounds = { total: 10, perAddress: 2, streams: 3, streamsPerClient: 3 };
  await using server = serve(never, { bounds, isExempt: () => false });
  using clients = new DisposableStack();
  for (let n = 0; n < 5; n++) clients.use(await connect(server, REQUEST));
  await until(() => server.status().counts.refused.address === 3);
  assert.equal(server.status().connections, 2);
  const reported = server.warnings.filter(({ properties }) => /one address/.test(String(properties.reason)));
  assert.equal(reported.length, 1, "the log says it once a minute, not each time");
});

Deno.test("HTTP gets half of few descriptors, and all but the reserved ones of many", () => {
  assert.equal(connectionBounds(1_024, 230).total, 115);
  assert.equal(connectionBounds(1_024, 1_000).total, 744);
  assert.equal(connectionBounds(1_024, 1_280).total, 1_024);
  const { total, streams } = connectionBounds(1_024, 1_280);
  assert.ok(streams < total, "pages always find a connection");
});

Deno.test("restart listens again at the same port, and open connections stay", async () => {
  await using server = serve(() => new Response("here"));
  using before = await connect(server, REQUEST);
  await read(before, "here");
  server.restart();
  await until(() => server.status().isAccepting);
  const after = await fetch(server.url);
  assert.equal(await after.text(), "here");
  before.heard = "";
  await before.socket.write(new TextEncoder().encode(REQUEST));
  assert.match(await read(before, "here"), /here/);
  assert.equal(server.status().restarts, 1);
});

Deno.test("shutdown waits for open responses, but not for clients that stay", async () => {
  const answer = Promise.withResolvers<Response>();
  let begun = 0;
  const server = serve((request) => {
    begun++;
    return new URL(request.url).pathname === "/" ? answer.promise : new Promise(() => {});
  });
  using client = await connect(server, REQUEST);
  using stuck = await connect(server, REQUEST.replace("/", "/stuck"));
  await until(() => begun === 2);
  const heard = read(client);
  const closed = server.shutDown(500);
  answer.resolve(new Response("late"));
  assert.match(await heard, /late/);
  await closed;
  assert.equal(await read(stuck), "");
});

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
