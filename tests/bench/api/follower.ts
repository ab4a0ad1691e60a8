/** A client that follows a search by `/api/v1/stream`, on a plain socket. */
import { Buffer } from "node:buffer";
import { now, SENT_MARK } from "../support/stage.ts";

export interface Follower {
  /** Messages with a mark that were received so far. */
  heard: number;
  isOpen: boolean;
}

export interface FollowOptions {
  search: string;
  by: "SSE" | "WebSocket";
  /** The client that a trusted proxy names. */
  address: string;
  /** Gets the delay of each message; missing = not measured. */
  delaysMs?: number[];
}

const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
/** A mark, of which the time has 13 digits and one after the point. */
const MARK_BYTES = SENT_MARK.length + 15;

/** Resolves once the stream has begun. @throws if it is refused */
export async function follow(
  url: string,
  { search, by, address, delaysMs }: FollowOptions,
): Promise<Follower> {
  const { hostname, port } = new URL(url);
  const socket = await Deno.connect({ hostname, port: Number(port) });
  const path = `/api/v1/stream?${new URLSearchParams({ q: search })}`;
  const headers = `Host: ${hostname}\r\nX-Forwarded-For: ${address}\r\n${by === "WebSocket" ? UPGRADE : ""}`;
  await socket.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${headers}\r\n`));
  const follower = { heard: 0, isOpen: true };
  const begun = Promise.withResolvers<void>();
  void read(socket, (text) => {
    if (text.includes("hello")) begun.resolve();
    for (let at = -1; (at = text.indexOf(SENT_MARK, at + 1)) >= 0;) {
      follower.heard++;
      delaysMs?.push(now() - parseFloat(text.slice(at + SENT_MARK.length, at + MARK_BYTES)));
    }
  }).then((last) => {
    follower.isOpen = false;
    begun.reject(new Error(`the stream of “${search}” by ${by} ended: ${last.slice(0, 500)}`));
  });
  await begun.promise;
  return follower;
}

/** Reads to the end, and returns the last bytes. @param heard called with parts that do not cut a mark */
async function read(socket: Deno.TcpConn, heard: (text: string) => void): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024);
  let rest = "";
  try {
    for (let size; (size = await socket.read(buffer)) !== null;) {
      const text = rest + buffer.toString("latin1", 0, size);
      const last = text.lastIndexOf(SENT_MARK);
      const isCut = last >= 0 && last + MARK_BYTES > text.length;
      heard(isCut ? text.slice(0, last) : text);
      rest = text.slice(isCut ? last : Math.max(0, text.length - SENT_MARK.length + 1));
    }
  } catch {
    // The client closed the socket.
  }
  return rest;
}
