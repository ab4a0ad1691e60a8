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

type Answer<M extends ReaderMethod> = Awaited<ReturnType<ArchiveReader[M]>>;

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
  const ask = <M extends ReaderMethod>(method: M, ...args: Parameters<ArchiveReader[M]>) =>
    call({ method, args } as ReaderCall) as Promise<Answer<M>>;
  return {
    channels: () => ask("channels"),
    channel: (id) => ask("channel", id),
    channelByLogin: (login) => ask("channelByLogin", login),
    channelByTwitchId: (twitchId) => ask("channelByTwitchId", twitchId),
    searchChannels: (text, limit) => ask("searchChannels", text, limit),
    timeline: (query) => ask("timeline", query),
    log: (query) => ask("log", query),
    logVersion: (channelId, from, to) => ask("logVersion", channelId, from, to),
    logDays: (channelId) => ask("logDays", channelId),
    logMonths: (channelId, userId) => ask("logMonths", channelId, userId),
    randomMessage: (...about) => ask("randomMessage", ...about),
    histogram: (query, maxBars, exact) => ask("histogram", query, maxBars, exact),
    facets: (query) => ask("facets", query),
    chatters: (query, limit) => ask("chatters", query, limit),
    topics: (query) => ask("topics", query),
    words: (prefix, limit) => ask("words", prefix, limit),
    emotes: (prefix, limit) => ask("emotes", prefix, limit),
    frequencies: (words) => ask("frequencies", words),
    indexUpgrade: () => ask("indexUpgrade"),
    event: (id) => ask("event", id),
    searchUsers: (text, limit) => ask("searchUsers", text, limit),
    user: (id) => ask("user", id),
    userByLogin: (login) => ask("userByLogin", login),
    userByName: (name) => ask("userByName", name),
    savedSearches: () => ask("savedSearches"),
    setEmotes: (channelId) => ask("setEmotes", channelId),
    picture: (name) => ask("picture", name),
    webhooks: () => ask("webhooks"),
    highlightRules: () => ask("highlightRules"),
    tokens: () => ask("tokens"),
    optOuts: () => ask("optOuts"),
    auditLog: (limit, before) => ask("auditLog", limit, before),
    totals: () => ask("totals"),
    minutes: (channelId, sinceMs, every) => ask("minutes", channelId, sinceMs, every),
    sessions: (query, limit) => ask("sessions", query, limit),
    coverage: (channelId, from, to) => ask("coverage", channelId, from, to),
    gaps: (channelId, from, to) => ask("gaps", channelId, from, to),
    missed: (channelId, from, to) => ask("missed", channelId, from, to),
    batch: <const C extends readonly BatchCall[]>(...calls: C) =>
      call({ method: "batch", args: calls }) as Promise<BatchResults<C>>,
    faults,
    [Symbol.asyncDispose]: close,
  };
}
