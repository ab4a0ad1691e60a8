/** A server that sends but does not read: unsent bytes are bounded, and then the connection is closed. */
import assert from "node:assert/strict";
import { CA_CERT, CERT, KEY } from "../../src/demo/server/certificate.ts";
import { type IrcConnection, LinkError, MAX_UNSENT_BYTES, openConnection } from "../../src/irc/connection.ts";

/**
 * Sends a text repeatedly to every client, as fast as it is read, and reads nothing. It uses Deno's own sockets, since a
 * paused socket of `node:tls` may go on reading.
 */
function deafServer(text: string): { url: string } & AsyncDisposable {
  const piece = new TextEncoder().encode(text.repeat(1_000));
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY });
  const sockets: Deno.TlsConn[] = [];
  const say = async (socket: Deno.TlsConn) => {
    try {
      await socket.handshake();
      while (piece.length > 0) await socket.write(piece);
    } catch {
      // The client has closed the connection.
    }
  };
  const serving = (async () => {
    for await (const socket of listener) {
      sockets.push(socket);
      void say(socket);
    }
  })();
  return {
    url: `ircs://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      listener.close();
      await serving;
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
  await using server = deafServer("PING :tmi.twitch.tv\r\n");
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
  await using server = deafServer("");
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
