/** A server that sends but does not read: unsent bytes are bounded, and then the connection is closed. */
import assert from "node:assert/strict";
import { createServer, type TLSSocket } from "node:tls";
import { CA_CERT, CERT, KEY } from "../../src/demo/server/certificate.ts";
import { type IrcConnection, LinkError, MAX_UNSENT_BYTES, openConnection } from "../../src/irc/connection.ts";

/** Sends a text repeatedly to every client, as fast as it is read, and reads nothing. */
async function deafServer(text: string): Promise<{ url: string } & AsyncDisposable> {
  const sockets = new Set<TLSSocket>();
  const piece = text.repeat(1_000);
  const server = createServer({ cert: CERT, key: KEY }, (socket) => {
    sockets.add(socket);
    socket.pause().on("error", () => {});
    const say = () => {
      if (!socket.destroyed && piece !== "") socket.write(piece, () => setImmediate(say));
    };
    say();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ircs://127.0.0.1:${(server.address() as { port: number }).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function endOf(connection: IrcConnection, each: (lines: string[]) => void): Promise<unknown> {
  try {
    for (let incoming; (incoming = await connection.read());) each(incoming.lines);
  } catch (error) {
    return error;
  }
  return undefined;
}

Deno.test("if too many bytes wait for a server that does not read, the connection is closed with a reason", async () => {
  await using server = await deafServer("PING :tmi.twitch.tv\r\n");
  await using connection = await openConnection({ url: server.url, caCerts: [CA_CERT] });
  let sends = 0;
  let settled = 0;
  let most = 0;
  const failures = new Set<unknown>();
  const error = await endOf(connection, (lines) => {
    assert.ok(sends < 1e6, "the connection should be closed by now");
    for (const _ of lines) {
      sends++;
      connection.send("PONG :tmi.twitch.tv").catch((error) => failures.add(error)).finally(() => settled++);
    }
    most = Math.max(most, sends - settled);
  });
  assert.ok(error instanceof LinkError);
  assert.match(error.message, /does not read/);
  assert.ok(most * "PONG :tmi.twitch.tv\r\n".length <= 4 * MAX_UNSENT_BYTES, `${most} lines waited at once`);
  await assert.rejects(connection.send("PING :x"), /does not read/);
  assert.deepEqual([...failures], [error], "every failed send has the same error");
});

Deno.test("a write that times out closes the connection, even with few unsent bytes", async () => {
  await using server = await deafServer("");
  await using connection = await openConnection({ url: server.url, caCerts: [CA_CERT], writeTimeoutMs: 200 });
  const ended = endOf(connection, () => {});
  const line = "x".repeat(60_000);
  // One write after the other, until one has to wait.
  const sending = (async () => {
    while (true) await connection.send(line);
  })();
  await assert.rejects(sending, /does not read: a write took longer than 200 ms/);
  assert.ok(await ended instanceof LinkError);
});
