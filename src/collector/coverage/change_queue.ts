/**
 * The changes of coverage that wait to be stored, in order. Times are monotonic here, and become epoch time when they are
 * written. Until the time is confirmed, all changes of this run are kept, to be written again if the time is corrected.
 */
import type { CoverageNote, ListeningChange, UnwrittenCoverage } from "../../archive/coverage.ts";
import { isUnavailable } from "../../chat/errors.ts";
import type { TimeJudge } from "../time/judge.ts";

export interface ChangeQueueOptions {
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

export class ChangeQueue {
  readonly #time: TimeJudge;
  readonly #write: ChangeQueueOptions["write"];
  readonly #safeUntil: () => number;
  readonly #bound: number;
  readonly #stored: () => void;
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

  /** @param stored called after each successful write */
  constructor(
    { time, write, safeUntil = () => Infinity, bound = 10_000 }: ChangeQueueOptions,
    stored: () => void,
  ) {
    this.#time = time;
    this.#knownMonotonic = this.#writtenAt = time.clock.monotonicMs();
    this.#knownAt = time.epochOf(this.#knownMonotonic);
    this.#write = write;
    this.#safeUntil = safeUntil;
    this.#bound = bound;
    this.#stored = stored;
  }

  /** Until when coverage is stored, monotonic. */
  get knownMonotonic(): number {
    return this.#knownMonotonic;
  }

  add(change: ListeningChange): void {
    this.#pending.push(change);
    if (this.#pending.length > this.#bound) this.#forgetOldest();
  }

  /** Another archive file is in use now: nothing that waits belongs to it. */
  clear(): void {
    this.#pending = [];
    this.#inFlight = undefined;
    this.#lastWriteFailed = false;
    this.#written = this.#written && [];
    this.#rewritesAll = false;
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

  /**
   * Writes changes if that is due; there is one write at a time. Call it several times a second.
   * @param isOpen whether intervals are open, whose end has to be stored
   * @param isLast whether the program ends, so that it must not wait for a decision about the time
   */
  tick({ isOpen, isLast }: { isOpen: boolean; isLast: boolean }): void {
    if (this.#inFlight) return;
    const tick = this.#time.clock.monotonicMs();
    const isDue = this.#pending.length > 0 || this.#rewritesAll ||
      isOpen && tick - this.#writtenAt >= WRITE_INTERVAL_MS;
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
        this.#lastWriteFailed = false;
        this.#knownAt = now;
        this.#knownMonotonic = tick - unsafeMs;
        return this.#stored();
      }
      this.#rewritesAll ||= replaceAll;
      this.#pending = [...changes, ...this.#pending];
      while (this.#pending.length > this.#bound) this.#forgetOldest();
      if (!isUnavailable(error)) throw error;
      this.#lastWriteFailed = true;
    });
  }

  /** The changes up to `until` that are not written yet; undefined unless the last write failed. */
  unwritten(until: number): UnwrittenCoverage | undefined {
    if (!this.#lastWriteFailed) return undefined;
    const knownAt = Math.max(this.#knownAt, until);
    const changes = this.#inEpochTime([...this.#inFlight ?? [], ...this.#pending])
      .filter(({ at }) => at <= knownAt);
    return { since: this.#knownAt, changes, knownAt };
  }

  #inEpochTime(changes: readonly ListeningChange[]): ListeningChange[] {
    return changes.map((change) => ({ ...change, at: this.#time.epochOf(change.at) }));
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
