/**
 * Compressing what is text, once for all who ask for it: `hono/compress`, which is used for everything else, compresses
 * each answer anew.
 */
import { promisify } from "node:util";
import { constants, gzip, gzipSync } from "node:zlib";
import type { Context } from "hono";
import { accepts } from "hono/accepts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** What is smaller fits into one packet as it is. */
const MIN_BYTES = 1_024;
const TEXT = /^(?:text\/|application\/json|image\/svg)/;

/** Whether compressing is worth while. */
export function isCompressible(type: string | null, bytes: Bytes): boolean {
  return bytes.length >= MIN_BYTES && TEXT.test(type ?? "");
}

const inBackground = promisify(gzip);

export async function gzipped(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await inBackground(bytes));
}

/** As small as it gets, for what is compressed once and sent many times. */
export function gzippedForGood(bytes: Bytes): Bytes {
  return new Uint8Array(gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}

export function acceptsGzip(c: Context): boolean {
  return accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "identity" }) === "gzip";
}
