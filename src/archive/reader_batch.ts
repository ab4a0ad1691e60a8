/** Questions to an archive as values, so that several can be handed over at once. */
import type { ArchiveReader } from "./archive.ts";

export type ReaderMethod = Exclude<keyof ArchiveReader, symbol | "together" | "faults">;

/** A method, and what it is asked with. */
export type Question = {
  [M in ReaderMethod]: readonly [method: M, ...args: Parameters<ArchiveReader[M]>];
}[ReaderMethod];

/** The answers to questions, in their order. */
export type Answers<Q extends readonly Question[]> = {
  -readonly [I in keyof Q]: Awaited<ReturnType<ArchiveReader[Q[I][0]]>>;
};
