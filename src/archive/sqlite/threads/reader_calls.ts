/** The methods of a reader as messages between threads. */
import type { ArchiveFault, ArchiveReader } from "../../reader.ts";
import type { BatchCall, BatchResults, ReaderMethod } from "../../reader_batch.ts";
import type { SqliteReader } from "../reader.ts";

export type ReaderCall =
  | { [M in ReaderMethod]: { method: M; args: Parameters<ArchiveReader[M]> } }[ReaderMethod]
  | { method: "batch"; args: readonly BatchCall[] };

/** The calls that a reader's thread answers, one at a time. */
export interface ReaderThreadCalls {
  /** Opens the archive at `path` at the first call. */
  answer(path: string, call: ReaderCall): unknown;
}

/** Messages that a reader's thread sends by itself. */
export type ReaderNews =
  /** It has started, and takes calls. */
  | { kind: "ready" }
  /** Faults of the archive. Sent before the answer of the call that found them. */
  | { kind: "faults"; faults: ArchiveFault[] };

/** Every method of a reader, with the data that it reads, as messages about damage name it. */
export const DATA_READ: Readonly<Record<ReaderMethod, string>> = {
  channels: "channels",
  channel: "channels",
  channelByLogin: "channels",
  channelByTwitchId: "channels",
  searchChannels: "channels",
  log: "messages",
  logVersion: "the counts of messages",
  logDays: "the counts of messages",
  logMonths: "messages",
  randomMessage: "messages",
  timeline: "messages",
  histogram: "messages",
  facets: "messages",
  chatters: "the counts of messages",
  topics: "messages",
  words: "messages",
  emotes: "messages",
  frequencies: "messages",
  indexUpgrade: "messages",
  event: "messages",
  searchUsers: "users",
  user: "users",
  userByLogin: "users",
  userByName: "users",
  savedSearches: "saved searches",
  setEmotes: "emotes",
  picture: "emotes",
  webhooks: "webhooks",
  highlightRules: "highlight rules",
  tokens: "tokens",
  optOuts: "opt-outs",
  auditLog: "the audit log",
  totals: "totals",
  minutes: "the counts of messages",
  sessions: "the streams of a channel",
  coverage: "coverage",
  gaps: "coverage",
  missed: "coverage",
};

/** Runs a call on a reader of this thread. */
export function callReader(reader: SqliteReader, { method, args }: ReaderCall): unknown {
  if (method === "batch") {
    return args.map(([method, ...args]) => callReader(reader, { method, args } as ReaderCall));
  }
  // deno-lint-ignore ban-types -- method and args belong together by the type of ReaderCall
  return (reader[method] as Function).apply(reader, args);
}

/** A reader that passes every method to `call`. */
export function readerOf(
  call: (call: ReaderCall) => Promise<unknown>,
  close: () => Promise<void>,
  faults: () => readonly ArchiveFault[],
): ArchiveReader {
  const methods = Object.keys(DATA_READ).map((method) => [
    method,
    (...args: unknown[]) => call({ method, args } as unknown as ReaderCall),
  ]);
  return {
    ...Object.fromEntries(methods) as Pick<ArchiveReader, ReaderMethod>,
    batch: <const C extends readonly BatchCall[]>(...calls: C) =>
      call({ method: "batch", args: calls }) as Promise<BatchResults<C>>,
    faults,
    [Symbol.asyncDispose]: close,
  };
}
