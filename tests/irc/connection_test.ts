import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import {
  type Incoming,
  type IrcConnection,
  LinkError,
  openConnection,
  parseAddress,
} from "../../src/irc/connection.ts";
import { joinLines, loginLines } from "../../src/irc/commands.ts";

/** Reads until the lines so far satisfy the condition. */
async function readUntil(connection: IrcConnection, done: (lines: string[]) => boolean): Promise<string[]> {
  const lines: string[] = [];
  while (!done(lines)) {
    const incoming: Incoming | undefined = await connection.read();
    assert.ok(incoming, `ended after ${lines.length} lines`);
    lines.push(...incoming.lines);
  }
  return lines;
}

Deno.test("lines are received over TLS", async () => {
  await using twitch = await startTwitch();
  await using connection = await openConnection({ url: twitch.url, caCerts: [twitch.caCert] });
  await connection.send(...loginLines({ login: "justinfan1" }));
  const lines = await readUntil(connection, (lines) => lines.some((line) => line.includes(" 376 ")));
  assert.equal(lines[1], ":tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!");
  await connection.send("PING :x");
  const incoming = await connection.read();
  assert.deepEqual(incoming?.lines, [":tmi.twitch.tv PONG tmi.twitch.tv :x"]);
});

Deno.test("the certificate is also valid for localhost, and is trusted only if it is passed", async () => {
  await using twitch = await startTwitch();
  const url = `ircs://localhost:${twitch.port}`;
  await using _connection = await openConnection({ url, caCerts: [twitch.caCert] });
  await assert.rejects(openConnection({ url }), (error) => {
    assert.ok(error instanceof LinkError);
    assert.match(error.message, /^cannot connect to localhost:\d+: .*certificate/i);
    return true;
  });
});

Deno.test("lines that are split anywhere, even within a character, arrive complete", async () => {
  await using twitch = await startTwitch({ faults: { writeBytes: 3 } });
  await using connection = await openConnection({ url: twitch.url, caCerts: [twitch.caCert] });
  await connection.send(...loginLines(), ...joinLines(["a"]));
  await twitch.waitForJoin("a");
  const said = "@user-id=1 :bo!bo@bo.tmi.twitch.tv PRIVMSG #a :草草草 🎉 ㅋㅋㅋ";
  twitch.send(said);
  assert.equal((await readUntil(connection, (lines) => lines.includes(said))).at(-1), said);
});

Deno.test("a client that does not read makes the server wait, and nothing is lost", async () => {
  await using twitch = await startTwitch();
  await using connection = await openConnection({ url: twitch.url, caCerts: [twitch.caCert] });
  await connection.send(...loginLines(), ...joinLines(["a"]));
  await twitch.waitForJoin("a");
  const count = 60_000;
  for (let i = 0; i < count; i++) twitch.send(`:bo!bo@bo.tmi.twitch.tv PRIVMSG #a :${"x".repeat(200)} ${i}`);
  let ready = false;
  twitch.ready().then(() => ready = true);
  const lines = await readUntil(connection, (lines) => {
    if (lines.length === 0) assert.equal(ready, false);
    return lines.at(-1)?.endsWith(` ${count - 1}`) ?? false;
  });
  assert.equal(lines.filter((line) => line.includes("PRIVMSG")).length, count);
  await twitch.ready();
});

Deno.test("a read after the end is undefined, whichever side closed the connection", async () => {
  await using twitch = await startTwitch();
  const first = await openConnection({ url: twitch.url, caCerts: [twitch.caCert] });
  await twitch.when(() => twitch.counters.open === 1);
  await twitch.dropAll();
  assert.equal(await first.read(), undefined);
  first.close();
  const second = await openConnection({ url: twitch.url, caCerts: [twitch.caCert] });
  const reading = second.read();
  second.close();
  second.close();
  assert.equal(await reading, undefined);
  assert.equal(await second.read(), undefined);
  await assert.rejects(second.send("PING"), /^LinkError: writing to 127\.0\.0\.1:\d+ failed: it is closed$/);
});

Deno.test("a signal closes an open connection", async () => {
  await using twitch = await startTwitch();
  const stop = new AbortController();
  const connection = await openConnection({ url: twitch.url, caCerts: [twitch.caCert], signal: stop.signal });
  const reading = connection.read();
  stop.abort();
  assert.equal(await reading, undefined);
});

Deno.test("a failed connection is reported with its address and the reason", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const url = `ircs://127.0.0.1:${port}`;
  // Accepts TCP, and never answers the TLS handshake.
  await assert.rejects(
    openConnection({ url, timeoutMs: 50 }),
    new RegExp(`cannot connect to 127.0.0.1:${port}: no answer within 50 ms`),
  );
  const stop = AbortSignal.abort(new Error("shutting down"));
  await assert.rejects(
    openConnection({ url, signal: stop }),
    /cannot connect to 127.0.0.1:\d+: shutting down/,
  );
  taken.close();
  await assert.rejects(openConnection({ url }), /cannot connect to 127.0.0.1:\d+: .*refused/i);
});

Deno.test("addresses are ircs:// anywhere and irc:// on this machine only", () => {
  assert.deepEqual(parseAddress("ircs://irc.chat.twitch.tv:6697"), {
    hostname: "irc.chat.twitch.tv",
    port: 6697,
    tls: true,
  });
  assert.deepEqual(parseAddress("ircs://host/"), { hostname: "host", port: 6697, tls: true });
  assert.deepEqual(parseAddress("irc://[::1]:7000"), { hostname: "::1", port: 7000, tls: false });
  assert.equal(parseAddress("irc://localhost").port, 6667);
  for (
    const wrong of ["", "irc.chat.twitch.tv", "http://a", "irc://example.org", "ircs://a:0", "ircs://a:99999"]
  ) {
    assert.throws(() => parseAddress(wrong), LinkError, wrong);
  }
});
