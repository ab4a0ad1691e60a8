import assert from "node:assert/strict";
import { LIMITS_MS } from "../../../src/web/server/connections.ts";
import { StandingClock } from "../../support/clock.ts";
import { serve } from "../../support/http/served.ts";
import { until } from "../../support/until.ts";
import { begin, connect, read, REQUEST } from "../../support/http/raw_client.ts";

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

for (
  const [what, headers, limitMs] of [
    ["page", { "Content-Type": "text/html" }, LIMITS_MS.unread],
    ["live stream", { "Content-Type": "text/event-stream" }, LIMITS_MS.unread],
    ["file", { "Content-Disposition": 'inline; filename="log.txt"' }, LIMITS_MS.unreadFile],
  ] as const
) {
  Deno.test(`a client that does not read a ${what} is disconnected after ${limitMs / 1_000} s`, async () => {
    const clock = new StandingClock();
    let left = false;
    let pulledAt = 0;
    const pull = (stream: ReadableStreamDefaultController) => {
      pulledAt = clock.now;
      stream.enqueue(new Uint8Array(65_536));
    };
    const endless = () =>
      new Response(new ReadableStream({ pull, cancel: () => void (left = true) }), { headers });
    await using server = serve(endless, { clock });
    using _client = await connect(server, REQUEST);
    // The system buffers some megabytes before the server can detect that the client does not read.
    await until(() => {
      clock.now += 1_000;
      return left;
    });
    // A piece is pulled ahead of the one that waits.
    assert.ok(clock.now - pulledAt > limitMs / 2, `after ${clock.now - pulledAt} ms`);
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
