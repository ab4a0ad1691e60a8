/** Adapts `node:http` to the Fetch API: creates a `Request`, and sends the `Response`. */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ConnectionInfo } from "../access/client.ts";
import { requestSpan } from "./request_span.ts";
import type { SocketStream } from "./socket_stream.ts";

/**
 * Maximum header fields of a request. Deno's `Headers` take time that grows with the square of their number.
 */
const MAX_FIELDS = 128;

export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

export interface ConnectionContext {
  remoteAddr: { hostname: string; port: number };
  /** The address of the server, for requests without a host (HTTP/1.0). */
  localHost: string;
  /** Called if the response may take any time. */
  onEndless(what: "live stream" | "file"): void;
}

/** Answers one request. @throws only errors of `fetch`; then nothing was sent yet */
export async function answerRequest(
  fetch: Fetch,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { remoteAddr, localHost, onEndless }: ConnectionContext,
): Promise<void> {
  // The Fetch API does not support TRACE.
  if (incoming.method === "TRACE") return refuse(outgoing, 405, "TRACE is not supported.\n");
  if (incoming.rawHeaders.length > 2 * MAX_FIELDS) {
    return refuse(outgoing, 431, `A request may have ${MAX_FIELDS} header fields.\n`);
  }
  const url = urlOf(incoming, localHost);
  if (url === undefined) return refuse(outgoing, 400, "The request has no valid address.\n");
  const disconnect = new AbortController();
  outgoing.once("close", () => {
    // A sent response needs no abort, and creating the abort error costs a tenth of the time of a short
    // response.
    if (!outgoing.writableFinished) disconnect.abort();
    discardRest(incoming);
  });
  const answer = await fetch(requestOf(incoming, url, disconnect.signal), {
    remoteAddr,
    httpVersion: incoming.httpVersion,
    span: requestSpan(outgoing),
  });
  outgoing.statusCode = answer.status;
  // Deno's iterator sorts all headers again at each step, which takes a tenth of the time of a short response.
  answer.headers.forEach((value, name) => {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("Set-Cookie", cookies);
  const isLive = answer.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
  // A file of any length is sent as fast as the client reads it.
  const isFile = answer.headers.get("Content-Disposition")?.includes("filename=") ?? false;
  if (isLive || isFile) onEndless(isLive ? "live stream" : "file");
  // A live stream ends with its connection, so direct writes need no chunked encoding.
  if (isLive) outgoing.useChunkedEncodingByDefault = false;
  if (!answer.body || incoming.method === "HEAD") {
    await answer.body?.cancel();
    outgoing.end();
  } else if (answer.headers.has("Content-Length")) {
    // The body is in memory already; streaming it would only cost time.
    outgoing.end(asBuffer(await answer.bytes()));
  } else {
    await send(answer.body, outgoing, { isLive, isFile });
  }
}

export function refuse(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Connection": "close" }).end(
    text,
  );
}

/**
 * Returns the URL of the request. An absolute request target overrides `Host` (RFC 9112, 3.2.2), so that the
 * checked name is the requested one. Returns `undefined` if the host is invalid or there are several.
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

/** The request without its body's end being awaited. */
export function requestOf(incoming: IncomingMessage, url: string, signal: AbortSignal): Request {
  const raw = incoming.rawHeaders;
  const headers = new Headers();
  for (let n = 0; n < raw.length; n += 2) headers.append(raw[n]!, raw[n + 1]!);
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
 * Discards the rest of a body that was answered before it was read, because the next request follows it.
 * `Connections` limits the time for this.
 */
function discardRest(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  incoming.removeAllListeners("data").resume();
}

/** Sends a body as fast as the client reads it. */
async function send(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  { isLive, isFile }: { isLive: boolean; isFile: boolean },
): Promise<void> {
  const reader = body.getReader();
  let disconnected = false;
  outgoing.once("close", () => {
    disconnected = true;
    reader.cancel().catch(() => {});
  });
  try {
    let { done, value } = await reader.read();
    if (!done && !isLive && !isFile && !outgoing.hasHeader("Content-Length")) {
      // A body of one piece gets a length instead of chunked encoding.
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
      while (!disconnected && !({ done, value } = await reader.read()).done) {
        await direct.writeDirectly(value!);
      }
    }
    while (!done && !disconnected) {
      await write(outgoing, value!);
      ({ done, value } = await reader.read());
    }
    outgoing.end();
  } catch {
    // The body failed. Close the connection, so that the client does not take the body for complete.
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
