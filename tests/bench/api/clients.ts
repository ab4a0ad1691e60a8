/// <reference lib="deno.worker" />
/** A thread of clients of the APIs: followers of searches, and downloads that read fast or slowly. */
import { type Downloaded, keepDownloading } from "./download_client.ts";
import { follow, type Follower } from "./follower.ts";

/** `follow` is answered once every stream has begun, `report` at once. */
export type Request =
  | { kind: "follow"; url: string; followers: number; searches: readonly string[] }
  /** One of `fast` downloads reads as fast as it can. Each begins another one at its end. */
  | { kind: "download"; url: string; downloads: number; fast: number; paths: readonly string[] }
  | { kind: "report" }
  /** Ends the downloads. */
  | { kind: "stop" };

export interface Served extends Downloaded {
  /** From the socket write of a message to its socket read by the first follower of its search, in ms. */
  delaysMs: number[];
  /** For each search, how many marked messages each of its followers has heard. */
  heard: number[][];
  /** Followers that were disconnected. */
  ended: number;
}

/** A day of a busy channel takes minutes. */
const SLOW_BYTES_PER_S = 8 * 1024;
/** Every tenth download is compressed. */
const COMPRESSED = 10;
/** Addresses that the proxy's header names, because the program limits downloads and streams by address. */
const ADDRESSES = 500;

const stop = new AbortController();
const downloaded: Downloaded = { open: 0, refusals: {}, cut: 0, complete: 0, bytes: 0, firstByteMs: [] };
const delaysMs: number[] = [];
/** The followers of each search. */
let followers: Follower[][] = [];

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  if (data.kind === "stop") return stop.abort();
  if (data.kind === "download") return downloadAll(data);
  if (data.kind === "follow") await followAll(data);
  self.postMessage(served());
};

async function followAll({ url, followers: count, searches }: Request & { kind: "follow" }): Promise<void> {
  const all = await Promise.all(Array.from({ length: count }, (_, n) =>
    follow(url, {
      search: searches[n % searches.length]!,
      by: n % 2 === 0 ? "SSE" : "WebSocket",
      address: addressOf(n),
      delaysMs: n < searches.length ? delaysMs : undefined,
    })));
  followers = searches.map((_, of) => all.filter((_, n) => n % searches.length === of));
}

function downloadAll({ url, downloads, fast, paths }: Request & { kind: "download" }): void {
  for (let n = 0; n < downloads; n++) {
    const options = {
      paths: paths.map((_, i) => paths[(n + i) % paths.length]!),
      address: addressOf(n),
      bytesPerS: n % fast === 0 ? Infinity : SLOW_BYTES_PER_S,
      isCompressed: n % COMPRESSED === 1,
      signal: stop.signal,
    };
    void keepDownloading(url, options, downloaded);
  }
}

function served(): Served {
  const heard = followers.map((each) => each.map(({ heard }) => heard));
  return { ...downloaded, delaysMs, heard, ended: followers.flat().filter(({ isOpen }) => !isOpen).length };
}

function addressOf(n: number): string {
  const address = n % ADDRESSES;
  return `10.1.${address >> 8}.${address & 255}`;
}
