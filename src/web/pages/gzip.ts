/**
 * Compresses shared text once for all clients. `hono/compress`, which is used for everything else, compresses
 * each response separately.
 */
import { promisify } from "node:util";
import { constants, gzip, gzipSync } from "node:zlib";
import type { Context } from "hono";
import { accepts } from "hono/accepts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** A smaller body fits into one packet uncompressed. */
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

/** Compresses at the highest level, for bytes that are sent many times. */
export function gzippedForGood(bytes: Bytes): Bytes {
  return new Uint8Array(gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}

export function acceptsGzip(c: Context): boolean {
  return accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "identity" }) === "gzip";
}
