/** Calls of a reader as values, so that several make one round trip. */
import type { ArchiveReader } from "./reader.ts";

/** A method of a reader that a batch may call. */
export type ReaderMethod = Exclude<keyof ArchiveReader, symbol | "batch" | "faults">;

/** A method and its arguments. */
export type BatchCall = {
  [M in ReaderMethod]: readonly [method: M, ...args: Parameters<ArchiveReader[M]>];
}[ReaderMethod];

/** The results of calls, in their order. */
export type BatchResults<C extends readonly BatchCall[]> = {
  -readonly [I in keyof C]: Awaited<ReturnType<ArchiveReader[C[I][0]]>>;
};
