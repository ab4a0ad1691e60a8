/** Between `node:http` and the Fetch API: a request that came in as a `Request`, and its `Response` onto the wire. */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ConnectionInfo } from "../access/client.ts";
import type { SocketStream } from "./socket_stream.ts";

/** Header fields that a request may have. Deno's own `Headers` take time that grows with the square of their number. */
const MAX_FIELDS = 128;

export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

export interface ConnectionContext {
  remoteAddr: { hostname: string; port: number };
  /** The address that the client reached, for requests that name no host (HTTP/1.0). */
  localHost: string;
  /** Called when the answer turns out to be a stream that stays open. */
  onLive(): void;
}

/** Answers one request. Never rejects, but for what `fetch` throws; then the answer is still to be made. */
export async function answerRequest(
  fetch: Fetch,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { remoteAddr, localHost, onLive }: ConnectionContext,
): Promise<void> {
  // The Fetch API has no request for it.
  if (incoming.method === "TRACE") return refuse(outgoing, 405, "TRACE is not supported.\n");
  if (incoming.rawHeaders.length > 2 * MAX_FIELDS) {
    return refuse(outgoing, 431, `A request may have ${MAX_FIELDS} header fields.\n`);
  }
  const url = urlOf(incoming, localHost);
  if (url === undefined) return refuse(outgoing, 400, "The request names no valid address.\n");
  const gone = new AbortController();
  outgoing.once("close", () => {
    // An answer that is out has nothing to stop, and the error that aborting makes costs a tenth of a short answer.
    if (!outgoing.writableFinished) gone.abort();
    discardRest(incoming);
  });
  const answer = await fetch(requestOf(incoming, url, gone.signal), {
    remoteAddr,
    httpVersion: incoming.httpVersion,
  });
  outgoing.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("Set-Cookie", cookies);
  const isLive = answer.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
  if (isLive) onLive();
  // A live stream ends with its connection: what is written directly needs no chunks around it.
  if (isLive) outgoing.useChunkedEncodingByDefault = false;
  if (!answer.body || incoming.method === "HEAD") {
    await answer.body?.cancel();
    outgoing.end();
  } else if (answer.headers.has("Content-Length")) {
    // It is in memory already: a stream around it would only cost time.
    outgoing.end(asBuffer(await answer.bytes()));
  } else {
    await send(answer.body, outgoing, isLive);
  }
}

export function refuse(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Connection": "close" }).end(
    text,
  );
}

/**
 * The address asked for. An absolute one, as proxies are sent, counts more than `Host` (RFC 9112, 3.2.2), so that nobody is
 * asked for under one name and checked under another; `undefined` where there is no or more than one name.
 */
export function urlOf({ url = "", rawHeaders }: IncomingMessage, localHost: string): string | undefined {
  const hosts = rawHeaders.filter((_, n) => n % 2 === 1 && rawHeaders[n - 1]!.toLowerCase() === "host");
  if (hosts.length > 1) return undefined;
  const host = hosts[0] ?? localHost;
  if (!/^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(host)) return undefined;
  if (url.startsWith("/")) return URL.parse(`http://${host}${url}`)?.href;
  const absolute = /^http:\/\/[^/?#@\\]+(?:[/?]|$)/i.test(url) ? URL.parse(url) : null;
  return absolute?.href;
}

function requestOf(incoming: IncomingMessage, url: string, signal: AbortSignal): Request {
  const raw = incoming.rawHeaders;
  const headers: [string, string][] = [];
  for (let n = 0; n < raw.length; n += 2) headers.push([raw[n]!, raw[n + 1]!]);
  const { method = "GET" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers,
    signal,
    body: hasBody ? Readable.toWeb(incoming) as ReadableStream<Uint8Array> : undefined,
  });
}

/**
 * What is left of a body that was answered before all of it was read: the next request on the connection stands behind it.
 * `Connections` bounds how long it may take.
 */
function discardRest(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  incoming.removeAllListeners("data").resume();
}

/** Sends a body no faster than the client reads it. */
async function send(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  isLive: boolean,
): Promise<void> {
  const reader = body.getReader();
  let gone = false;
  outgoing.once("close", () => {
    gone = true;
    reader.cancel().catch(() => {});
  });
  try {
    let { done, value } = await reader.read();
    if (!done && !isLive && !outgoing.hasHeader("Content-Length")) {
      // What is one piece has a length, and needs no chunks.
      const next = await reader.read();
      if (next.done) {
        outgoing.setHeader("Content-Length", value!.byteLength);
        return void outgoing.end(asBuffer(value!));
      }
      await write(outgoing, value!);
      ({ value } = next);
    }
    if (isLive && !done) {
      const direct = outgoing.socket as unknown as SocketStream;
      await new Promise((resolve) => outgoing.once("close", resolve).write(asBuffer(value!), resolve));
      while (!gone && !({ done, value } = await reader.read()).done) await direct.writeDirectly(value!);
    }
    while (!done && !gone) {
      await write(outgoing, value!);
      ({ done, value } = await reader.read());
    }
    outgoing.end();
  } catch {
    // The body failed: what is out cannot be taken back, but the client must not take it for whole.
    outgoing.destroy();
  }
}

async function write(outgoing: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (outgoing.destroyed || outgoing.write(asBuffer(bytes))) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      outgoing.off("drain", go).off("close", go);
      resolve();
    };
    outgoing.on("drain", go).on("close", go);
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
