/**
 * Tracks which channels are heard. A channel is heard while at least one reader hears it. Times are monotonic here, and
 * become epoch time when they are written. While the archive cannot be written, changes wait here in order. Until the
 * time is confirmed, all changes of this run are kept, to be written again if the time is corrected.
 */
import type { CoverageNote, ListeningChange, UnwrittenCoverage } from "../../archive/coverage.ts";
import { END_REASONS, type EndReason } from "../../chat/coverage.ts";
import type { TimeJudge } from "../time/judge.ts";
import { isUnavailable } from "../../chat/errors.ts";

export interface CoverageTrackerOptions {
  time: TimeJudge;
  /**
   * Stores changes, and that open intervals continued until `knownAt`. Calls `done`, perhaps synchronously, when it has,
   * or with the error; an error for which {@link isUnavailable} is true leads to a retry.
   */
  write: (note: CoverageNote, done: (error?: unknown) => void) => void;
  /** Until when (epoch milliseconds) no received message would be lost if the program were killed now. */
  safeUntil?: () => number;
  /** The largest number of waiting changes. */
  bound?: number;
}

/** The interval between writes without changes. After a crash, at most this much coverage is missing. */
const WRITE_INTERVAL_MS = 500;

export class CoverageTracker {
  /** The readers that hear each channel. */
  readonly #readersByChannel = new Map<number, Set<string>>();
  /** Channels that nobody has heard since they were enabled, and when that was (monotonic). */
  readonly #neverHeard = new Map<number, number>();
  /** Channels with dropped messages, and when (monotonic) the last of these arrived. */
  readonly #dropping = new Map<number, number>();
  readonly #time: TimeJudge;
  readonly #write: CoverageTrackerOptions["write"];
  readonly #safeUntil: () => number;
  readonly #bound: number;
  /** Gaps that began, by reason. */
  readonly #gaps = Object.fromEntries(
    Object.keys(END_REASONS).map((reason) => [reason, 0]),
  ) as Record<EndReason, number>;
  #pending: ListeningChange[] = [];
  /** The changes that this run has written; undefined when they cannot change any more. */
  #written: ListeningChange[] | undefined = [];
  #rewritesAll = false;
  #isConfirmed = false;
  /** The changes that are being written. If that fails, they are put back before the waiting ones. */
  #inFlight: readonly ListeningChange[] | undefined;
  /** The `knownAt` of the last successful write, epoch milliseconds. */
  #knownAt: number;
  /** The same moment, monotonic. */
  #knownMonotonic: number;
  /** When the last successful write began, monotonic. */
  #writtenAt: number;
  /** Whether the last write failed. */
  #lastWriteFailed = false;

  constructor({ time, write, safeUntil = () => Infinity, bound = 10_000 }: CoverageTrackerOptions) {
    this.#time = time;
    this.#knownMonotonic = this.#writtenAt = time.clock.monotonicMs();
    this.#knownAt = time.epochOf(this.#knownMonotonic);
    this.#write = write;
    this.#safeUntil = safeUntil;
    this.#bound = bound;
  }

  /** Gaps that began since the start, by reason, of channels that were heard before. */
  get gaps(): Readonly<Record<EndReason, number>> {
    return this.#gaps;
  }

  /** The channel is enabled. */
  wanted(channelId: number, at: number): void {
    if (this.#readersByChannel.has(channelId)) return;
    this.#neverHeard.set(channelId, at);
    this.#record({ kind: "wanted", channelId, at });
  }

  started(channelId: number, reader: string, at: number): void {
    const hearers = this.#readersByChannel.get(channelId);
    if (hearers) return void hearers.add(reader);
    this.#readersByChannel.set(channelId, new Set([reader]));
    this.#dropping.delete(channelId);
    this.#neverHeard.delete(channelId);
    this.#record({ kind: "started", channelId, at });
  }

  /**
   * @param at the last moment at which the reader certainly received everything
   * @returns whether it was the last reader that heard the channel
   */
  ended(channelId: number, reader: string, at: number, reason: EndReason): boolean {
    const hearers = this.#readersByChannel.get(channelId);
    if (!hearers?.delete(reader) || hearers.size > 0) return false;
    this.left(channelId, at, reason);
    return true;
  }

  /** No reader hears the channel any more, or the reason has changed. */
  left(channelId: number, at: number, reason: EndReason): void {
    if (this.#readersByChannel.delete(channelId)) this.#gaps[reason]++;
    this.#neverHeard.delete(channelId);
    this.#record({ kind: "ended", channelId, at, reason });
  }

  /** Twitch refused a reader. This is the reason for the gap, unless another reader hears the channel. */
  refused(channelId: number, at: number): void {
    if (!this.#readersByChannel.has(channelId)) {
      this.#record({ kind: "ended", channelId, at, reason: "not joined" });
    }
  }

  /** The reason since `since` for channels that nobody has heard since they were enabled. Others have a reason. */
  explainUnheard(since: number, reason: EndReason): void {
    for (const [channelId, wantedAt] of this.#neverHeard) {
      this.#record({ kind: "ended", channelId, at: Math.max(since, wantedAt), reason });
    }
  }

  /**
   * A message that arrived at `at` was dropped, and others may be missing since `since`. The channel does not count as heard
   * until the archive can be written again.
   */
  dropped(channelId: number, { at, since }: { at: number; since: number }): void {
    if (!this.#dropping.has(channelId)) {
      this.#gaps.storage++;
      this.#record({ kind: "ended", channelId, at: since, reason: "storage" });
    }
    this.#dropping.set(channelId, at);
  }

  /**
   * Another archive file is in use now. It has no open intervals, and its channels may have other ids.
   * @param ids from a channel's id in the old file to its id in the new one
   */
  reopened(ids: ReadonlyMap<number, number>): void {
    const hearers = [...this.#readersByChannel];
    const neverHeard = [...this.#neverHeard];
    this.#readersByChannel.clear();
    this.#neverHeard.clear();
    for (const [old, wantedAt] of neverHeard) {
      const channelId = ids.get(old);
      if (channelId !== undefined) this.#neverHeard.set(channelId, wantedAt);
    }
    this.#dropping.clear();
    this.#pending = [];
    this.#inFlight = undefined;
    this.#lastWriteFailed = false;
    this.#written = this.#written && [];
    this.#rewritesAll = false;
    for (const [old, readers] of hearers) {
      const channelId = ids.get(old);
      if (channelId === undefined) continue;
      this.#readersByChannel.set(channelId, readers);
      this.#record({ kind: "started", channelId, at: this.#knownMonotonic });
    }
  }

  /** The time was corrected: writes all changes of this run again, if they are still kept. */
  rewriteAll(): void {
    if (this.#written) this.#rewritesAll = true;
  }

  /** The time is certain: written changes are final. */
  confirmed(): void {
    this.#isConfirmed = true;
    if (!this.#rewritesAll) this.#written = undefined;
  }

  /** Writes changes if that is due; there is one write at a time. Call it several times a second. */
  tick({ isLast = false } = {}): void {
    if (this.#inFlight) return;
    const tick = this.#time.clock.monotonicMs();
    const isDue = this.#pending.length > 0 || this.#rewritesAll ||
      this.#readersByChannel.size > 0 && tick - this.#writtenAt >= WRITE_INTERVAL_MS;
    // While the time is contested (a few seconds), wait for the decision.
    if (!isDue || this.#time.isContested && !isLast) return;
    const replaceAll = this.#rewritesAll;
    if (replaceAll) this.#pending = [...this.#written!, ...this.#pending];
    // A kill would lose messages that only wait in memory: they must not count as heard.
    const unsafeMs = Math.max(0, this.#time.epochOf(tick) - this.#safeUntil());
    const now = this.#time.epochOf(tick) - unsafeMs;
    const changes = this.#inFlight = this.#pending;
    this.#pending = [];
    this.#rewritesAll = false;
    if (replaceAll) this.#written = [];
    this.#write({ changes: this.#inEpochTime(changes), knownAt: now, replaceAll }, (error) => {
      // If another file is in use by now, this result is obsolete.
      if (this.#inFlight !== changes) return;
      this.#inFlight = undefined;
      if (error === undefined) {
        if (this.#written) this.#written.push(...changes);
        if (this.#isConfirmed && !this.#rewritesAll || this.#written && this.#written.length > this.#bound) {
          this.#written = undefined;
        }
        this.#writtenAt = tick;
        return this.#stored(now, tick - unsafeMs);
      }
      this.#rewritesAll ||= replaceAll;
      this.#pending = [...changes, ...this.#pending];
      while (this.#pending.length > this.#bound) this.#forgetOldest();
      if (!isUnavailable(error)) throw error;
      this.#lastWriteFailed = true;
    });
  }

  #inEpochTime(changes: readonly ListeningChange[]): ListeningChange[] {
    return changes.map((change) => ({ ...change, at: this.#time.epochOf(change.at) }));
  }

  #stored(knownAt: number, knownMonotonic: number): void {
    this.#lastWriteFailed = false;
    this.#knownAt = knownAt;
    this.#knownMonotonic = knownMonotonic;
    for (const [channelId, at] of this.#dropping) {
      if (this.#readersByChannel.has(channelId)) this.#record({ kind: "started", channelId, at: at + 1 });
    }
    this.#dropping.clear();
  }

  /** The program stops: ends these channels with that reason, heard or not, and writes the changes. */
  stop(channelIds: Iterable<number>, now: number): void {
    for (const channelId of channelIds) this.left(channelId, now, "stopped");
    this.tick({ isLast: true });
  }

  /** The changes up to `until` that are not written yet; undefined unless the last write failed. */
  unwritten(until: number): UnwrittenCoverage | undefined {
    if (!this.#lastWriteFailed) return undefined;
    const knownAt = Math.max(this.#knownAt, until);
    const changes = this.#inEpochTime([...this.#inFlight ?? [], ...this.#pending])
      .filter(({ at }) => at <= knownAt);
    return { since: this.#knownAt, changes, knownAt };
  }

  #record(change: ListeningChange): void {
    this.#pending.push(change);
    if (this.#pending.length > this.#bound) this.#forgetOldest();
  }

  /** Drops the oldest interval that began and ended while waiting: a false gap is better than a missing one. */
  #forgetOldest(): void {
    const start = this.#pending.findIndex((change, i) =>
      change.kind === "started" && this.#endOf(change.channelId, i) > 0
    );
    if (start < 0) return void this.#pending.shift();
    this.#pending.splice(this.#endOf(this.#pending[start]!.channelId, start), 1);
    this.#pending.splice(start, 1);
  }

  #endOf(channelId: number, start: number): number {
    return this.#pending.findIndex((change, i) =>
      i > start && change.channelId === channelId && change.kind === "ended"
    );
  }
}
