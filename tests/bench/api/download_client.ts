/** Downloads on plain sockets: `fetch` would take a third of a core to receive a body. */
import { Buffer } from "node:buffer";
import { setTimeout } from "node:timers/promises";

export interface Downloaded {
  /** Downloads that have begun and not ended. */
  open: number;
  /** Refused requests by status and text, or by error. */
  refusals: Record<string, number>;
  /** Downloads that ended without the end of their body. */
  cut: number;
  complete: number;
  bytes: number;
  /** From the request to the first bytes of the response, in ms. */
  firstByteMs: number[];
}

export interface DownloadOptions {
  paths: readonly string[];
  /** The client that a trusted proxy names. */
  address: string;
  /** How fast the client reads; Infinity = as fast as it can. */
  bytesPerS: number;
  isCompressed: boolean;
  signal: AbortSignal;
}

/** Bytes of a read by a fast client. A slow one reads two seconds' bytes at once, as a thousand of them share a thread. */
const FAST_READ = 256 * 1024;
/** The end of a chunked body. */
const END = "0\r\n\r\n";
const RETRY_MS = 1_000;

/** Sends a request on a socket of its own. */
export async function open(url: string, path: string, headers = ""): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const socket = await Deno.connect({ hostname, port: Number(port) });
  const head = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n${headers}Connection: close\r\n\r\n`;
  await socket.write(new TextEncoder().encode(head));
  return socket;
}

/** Downloads one path after the other until the signal aborts. One that is refused is tried again. */
export async function keepDownloading(
  url: string,
  options: DownloadOptions,
  result: Downloaded,
): Promise<void> {
  const { paths, signal } = options;
  for (let n = 0; !signal.aborted;) {
    const refusal = await download(url, paths[n % paths.length]!, options, result).catch(String);
    if (signal.aborted) return;
    if (refusal === undefined) n++;
    else {
      result.refusals[refusal] = (result.refusals[refusal] ?? 0) + 1;
      await setTimeout(RETRY_MS);
    }
  }
}

/** Returns the reason if it is refused. */
async function download(
  url: string,
  path: string,
  { address, bytesPerS, isCompressed, signal }: DownloadOptions,
  result: Downloaded,
): Promise<string | undefined> {
  const startedAt = performance.now();
  const headers = `X-Forwarded-For: ${address}\r\n` + (isCompressed ? "Accept-Encoding: gzip\r\n" : "");
  using socket = await open(url, path, headers);
  using _ = closedBy(signal, socket);
  const buffer = Buffer.alloc(Math.min(FAST_READ, bytesPerS * 2));
  let size = await socket.read(buffer);
  const head = buffer.toString("latin1", 0, size ?? 0);
  if (!head.startsWith("HTTP/1.1 200")) return head.replaceAll(/\r\n[^]*\r\n/g, ": ").slice(0, 100);
  result.firstByteMs.push(performance.now() - startedAt);
  result.open++;
  let tail = "";
  try {
    for (; size !== null; size = await socket.read(buffer)) {
      result.bytes += size;
      tail = (tail + buffer.toString("latin1", Math.max(0, size - END.length), size)).slice(-END.length);
      if (bytesPerS < Infinity) await setTimeout(size / bytesPerS * 1_000);
    }
  } finally {
    result.open--;
  }
  if (tail === END) result.complete++;
  else if (!signal.aborted) result.cut++;
}

function closedBy(signal: AbortSignal, socket: Deno.TcpConn): Disposable {
  const close = () => socket.close();
  signal.addEventListener("abort", close);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", close) };
}
