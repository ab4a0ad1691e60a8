import assert from "node:assert/strict";
import { CA_CERT, CERT, KEY } from "../../src/demo/server/certificate.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";

const QUICK = { handshakeMs: 500, quietMs: 150, deadMs: 150 };

Deno.test("a login that Twitch refuses is reported and not retried", async () => {
  await using twitch = await startTwitch({ accounts: { somebody: "right" } });
  await using test = startTestCollector({ twitch, credentials: { login: "somebody", token: "wrong" } });
  await test.until((status) => status.connections[0]?.state === "refused");
  const [connection] = test.collector.status().connections;
  assert.match(connection!.reason!, /Login authentication failed/);
  assert.equal(connection!.nextTryAt, undefined);
  assert.equal(twitch.counters.accepted, 1);
});

Deno.test("correct credentials are accepted with and without their prefix", async () => {
  for (const token of ["right", "oauth:right"]) {
    await using twitch = await startTwitch({ accounts: { somebody: "right" } });
    await using test = startTestCollector({ twitch, credentials: { login: "somebody", token } });
    await test.allJoined();
  }
});

Deno.test("a connection that goes silent is noticed and replaced, and its channels are joined again", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, timings: QUICK });
  await test.allJoined();
  twitch.faults = { silent: true };
  await test.until((status) => status.channels[0]?.state === "joining");
  assert.match(test.channel("alpha").reason!, /nothing heard/);
  twitch.faults = {};
  await test.allJoined();
});

Deno.test("a connection without a greeting is closed and retried", async () => {
  await using twitch = await startTwitch({ faults: { stall: true } });
  await using test = startTestCollector({ twitch, timings: QUICK });
  await test.until((status) => status.connections[0]?.reason?.includes("no welcome") ?? false);
  twitch.faults = {};
  await test.allJoined();
});

Deno.test("RECONNECT: the new connection joins before the old one is left, without losses or duplicates", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, channels: ["alpha", "beta"] });
  await test.allJoined();
  for (const channel of test.collector.status().channels) test.collector.watch(channel.channelId);

  let sent = 0;
  const say = () => {
    for (const channel of ["alpha", "beta"]) {
      assert.ok(
        twitch.send(privmsg({ channel, roomId: twitch.roomId(channel) })) > 0,
        "a connection is always joined",
      );
      sent++;
    }
  };
  const talking = setInterval(say, 2);
  twitch.reconnectAll();
  await twitch.when(() => twitch.counters.accepted >= 2 && twitch.counters.open === 1);
  clearInterval(talking);
  say();
  await test.until(() => test.committed.filter(({ kind }) => kind === "message").length >= sent);
  const ids = test.committed.filter(({ kind }) => kind === "message").map(({ uuid }) => uuid);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, sent);
});

Deno.test("lines and characters that are split anywhere arrive complete", async () => {
  await using twitch = await startTwitch({ faults: { writeBytes: 7 } });
  await using test = startTestCollector({ twitch });
  await test.allJoined();
  test.collector.watch(test.channel("alpha").channelId);
  const texts = ["草が生えた 😂", "ㅋㅋㅋㅋ", "plain", "naïve café 👩‍👩‍👧"];
  for (const text of texts) twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text }));
  const said = () => test.committed.filter(({ kind }) => kind === "message").map(({ text }) => text);
  await test.until(() => said().length === texts.length);
  assert.deepEqual(said(), texts);
});

Deno.test("an unreachable server is retried until it answers", async () => {
  const gone = await startTwitch();
  const { port } = gone;
  await gone[Symbol.asyncDispose]();
  await using test = startTestCollector({ twitch: gone, timings: { retryMs: 20 } });
  await test.until(({ connections }) => connections[0]?.reason?.includes("cannot connect") ?? false);
  await using _back = await startTwitch({ port });
  await test.allJoined();
});

Deno.test("a connection to a server that sends PINGs but does not read is closed with a reason, and little is buffered for it", async () => {
  const piece = new TextEncoder().encode("PING :tmi.twitch.tv\r\n".repeat(3_000));
  const sockets: Deno.TlsConn[] = [];
  let sent = 0;
  const say = async (socket: Deno.TlsConn) => {
    try {
      await socket.write(new TextEncoder().encode(":tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!\r\n"));
      while (true) sent += await socket.write(piece);
    } catch {
      // The client closed the connection.
    }
  };
  const server = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY });
  const serving = (async () => {
    for await (const socket of server) {
      sockets.push(socket);
      void say(socket);
    }
  })();
  const url = `ircs://127.0.0.1:${server.addr.port}`;
  const used = () => Deno.memoryUsage().heapUsed + Deno.memoryUsage().external;
  const before = used();
  {
    await using test = startTestCollector({ twitch: { url, caCert: CA_CERT } as StandIn });
    await test.until(({ connections }) => connections[0]?.reason?.includes("does not read") ?? false);
    const grown = used() - before;
    assert.ok(
      grown < 100e6,
      `memory grew by ${Math.round(grown / 1e6)} MB while ${Math.round(sent / 1e6)} MB came`,
    );
  }
  for (const socket of sockets) socket.close();
  server.close();
  await serving;
});
