/**
 * Answers requests for a WebSocket with a stream of JSON lines: each line is a message. The request passes the same
 * middleware and validation as any other, and a refusal is an ordinary HTTP response.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { WebSocketServer } from "ws";
import { type ConnectionContext, type Fetch, requestOf, urlOf } from "./answer_request.ts";
import type { SocketStream } from "./socket_stream.ts";

/** What is used of `ws`, whose types would bring those of another Node. */
interface Client {
  send(text: string, done: (error?: Error) => void): void;
  ping(): void;
  close(code: number): void;
  terminate(): void;
  on(event: "close" | "error", listener: () => void): void;
}

/** The media type of a stream that is sent as messages of a WebSocket. */
export const SOCKET_LINES = "application/x-ndjson";

/** Clients have nothing to say: longer messages end the connection. */
const MAX_RECEIVED_BYTES = 4_096;
/** The server cuts a connection if the client does not answer a close frame within this time. */
const CLOSE_MS = 2_000;
/** "The endpoint is going away", which also a client that may resume gets. */
const GOING_AWAY = 1_001;
const server = new WebSocketServer({
  noServer: true,
  maxPayload: MAX_RECEIVED_BYTES,
  closeTimeout: CLOSE_MS,
  perMessageDeflate: false,
});

/** @param head bytes that arrived after the request */
export async function answerUpgrade(
  fetch: Fetch,
  incoming: IncomingMessage,
  socket: SocketStream,
  head: Uint8Array,
  { remoteAddr, localHost, onEndless }: ConnectionContext,
): Promise<void> {
  const url = urlOf(incoming, localHost);
  const isAsked = incoming.headers.upgrade?.toLowerCase() === "websocket" && incoming.method === "GET";
  if (!isAsked || url === undefined) {
    return refuse(socket, 400, "Only requests for a WebSocket can be upgraded.\n");
  }
  const disconnect = new AbortController();
  socket.once("close", () => disconnect.abort());
  const request = requestOf(incoming, url, disconnect.signal);
  // Browsers let any site open a WebSocket with the user's cookies.
  if (isOfOtherSite(request)) request.headers.delete("Cookie");
  const answer = await fetch(request, { remoteAddr, httpVersion: incoming.httpVersion });
  if (
    answer.status !== 200 || !answer.headers.get("Content-Type")?.startsWith(SOCKET_LINES) || !answer.body
  ) {
    const isFound = answer.status !== 200;
    if (!isFound) await answer.body?.cancel();
    const text = isFound ? await answer.text() : "There is no WebSocket at this address.\n";
    return refuse(socket, isFound ? answer.status : 400, text, answer.headers);
  }
  onEndless("live stream");
  const body = answer.body;
  server.handleUpgrade(incoming, socket, Buffer.from(head), (client: Client) => void send(body, client));
}

function isOfOtherSite({ headers, url }: Request): boolean {
  const origin = headers.get("Origin");
  return origin !== null && URL.parse(origin)?.host !== new URL(url).host;
}

/** Sends each line as fast as the client reads. */
async function send(body: ReadableStream<Uint8Array>, client: Client): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  client.on("close", () => reader.cancel().catch(() => {}));
  // A frame that is malformed or too long: `ws` closes the connection.
  client.on("error", () => {});
  let rest = "";
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const lines = (rest + chunk.value).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        // The heartbeat of streams is not JSON.
        if (line.startsWith("{")) await sent(client, line);
        else client.ping();
      }
    }
    client.close(GOING_AWAY);
  } catch {
    client.terminate();
  }
}

/** Resolves when the system has taken the message, so that a slow client fills the stream's buffer, which has a bound. */
function sent(client: Client, line: string): Promise<void> {
  return new Promise((resolve, reject) => client.send(line, (error) => error ? reject(error) : resolve()));
}

/** Sends an HTTP response, and closes the connection. */
function refuse(socket: SocketStream, status: number, text: string, from?: Headers): void {
  const body = Buffer.from(text);
  const type = from?.get("Content-Type") ?? "text/plain; charset=utf-8";
  const retry = from?.get("Retry-After");
  socket.write(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n` +
      `${retry ? `Retry-After: ${retry}\r\n` : ""}Connection: close\r\n\r\n`,
  );
  socket.end(body, () => socket.destroy());
}
