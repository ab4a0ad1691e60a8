/**
 * Tracks which channels are heard, by the monotonic clock; times become epoch time when they are handed to the archive. A
 * channel is heard while at least one reader hears it. While the archive cannot be written, changes wait here in their order.
 * Until something confirms the time, everything that this run noted is kept, to be noted anew when the time is corrected.
 */
import type { CoverageNote, ListeningChange, UnwrittenCoverage } from "../../archive/coverage.ts";
import type { EndReason } from "../../chat/coverage.ts";
import type { TimeJudge } from "../time/judge.ts";
import { isUnavailable } from "../../chat/errors.ts";

export interface CoverageTrackerOptions {
  time: TimeJudge;
  /**
   * Notes changes, and that at `knownAt` everything then open was going on. Calls `done` once that is so, perhaps at once,
   * or with an AppError for which {@link isUnavailable} holds.
   */
  write: (note: CoverageNote, done: (error?: unknown) => void) => void;
  /** Changes that may wait. */
  bound?: number;
}

/** After a crash the archive knows up to so long before it what was heard. */
const KNOWN_MS = 500;

export class CoverageTracker {
  /** Who hears each channel that is heard. */
  readonly #hearers = new Map<number, Set<string>>();
  /** Channels of which something was dropped, and when (monotonic) the last of it came. */
  readonly #dropping = new Map<number, number>();
  readonly #time: TimeJudge;
  readonly #write: CoverageTrackerOptions["write"];
  readonly #bound: number;
  #pending: ListeningChange[] = [];
  /** What this run told, as long as it may have to be told anew. */
  #told: ListeningChange[] | undefined = [];
  #anew = false;
  #isConfirmed = false;
  /** What is being noted: taken out of what waits, and put back in front of it where that fails. */
  #underWay: readonly ListeningChange[] | undefined;
  /** Epoch milliseconds, and the monotonic moment at which that was. */
  #knownAt: number;
  #knownTick: number;
  /** The last that was to be noted could not be. */
  #behind = false;

  constructor({ time, write, bound = 10_000 }: CoverageTrackerOptions) {
    this.#time = time;
    this.#knownTick = time.clock.monotonicMs();
    this.#knownAt = time.epochOf(this.#knownTick);
    this.#write = write;
    this.#bound = bound;
  }

  /** It is to be recorded from now on. */
  wanted(channelId: number, at: number): void {
    if (!this.#hearers.has(channelId)) this.#note({ kind: "wanted", channelId, at });
  }

  started(channelId: number, reader: string, at: number): void {
    const hearers = this.#hearers.get(channelId);
    if (hearers) return void hearers.add(reader);
    this.#hearers.set(channelId, new Set([reader]));
    this.#dropping.delete(channelId);
    this.#note({ kind: "started", channelId, at });
  }

  /** @param at when it was last certain that the reader would have heard something */
  ended(channelId: number, reader: string, at: number, reason: EndReason): void {
    const hearers = this.#hearers.get(channelId);
    if (!hearers?.delete(reader) || hearers.size > 0) return;
    this.left(channelId, at, reason);
  }

  /** Nobody hears it any more, or the reason why nobody does is another one now. */
  left(channelId: number, at: number, reason: EndReason): void {
    this.#hearers.delete(channelId);
    this.#note({ kind: "ended", channelId, at, reason });
  }

  /** A reader was refused: that is why nothing is heard, unless another one hears it. */
  refused(channelId: number, at: number): void {
    if (!this.#hearers.has(channelId)) this.#note({ kind: "ended", channelId, at, reason: "not joined" });
  }

  /** Something was heard, and could not be kept. Until the archive can be written again nothing counts as heard. */
  dropped(channelId: number, at: number): void {
    if (!this.#dropping.has(channelId)) this.#note({ kind: "ended", channelId, at, reason: "storage" });
    this.#dropping.set(channelId, at);
  }

  /**
   * Another file is written now, which knows nothing of what goes on, and may know channels by other numbers.
   * @param ids from a channel's number in the old file to that in the new one
   */
  reopened(ids: ReadonlyMap<number, number>): void {
    const hearers = [...this.#hearers];
    this.#hearers.clear();
    this.#dropping.clear();
    this.#pending = [];
    this.#underWay = undefined;
    this.#behind = false;
    this.#told = this.#told && [];
    this.#anew = false;
    for (const [old, readers] of hearers) {
      const channelId = ids.get(old);
      if (channelId === undefined) continue;
      this.#hearers.set(channelId, readers);
      this.#note({ kind: "started", channelId, at: this.#knownTick });
    }
  }

  /** The time was put right: all that this run told is told anew, as far as it is remembered. */
  retell(): void {
    if (this.#told) this.#anew = true;
  }

  /** The time is certain: what was told stands. */
  confirmed(): void {
    this.#isConfirmed = true;
    if (!this.#anew) this.#told = undefined;
  }

  /** Called several times a second. One writing at a time. */
  tick({ isLast = false } = {}): void {
    if (this.#underWay) return;
    const tick = this.#time.clock.monotonicMs();
    const isDue = this.#pending.length > 0 || this.#anew ||
      this.#hearers.size > 0 && tick - this.#knownTick >= KNOWN_MS;
    // For a moment, lines are about to tell what time it is.
    if (!isDue || this.#time.isContested && !isLast) return;
    const anew = this.#anew;
    if (anew) this.#pending = [...this.#told!, ...this.#pending];
    const now = this.#time.epochOf(tick);
    const changes = this.#underWay = this.#pending;
    this.#pending = [];
    this.#anew = false;
    if (anew) this.#told = [];
    this.#write({ changes: this.#inEpochTime(changes), knownAt: now, anew }, (error) => {
      // Where another file is written by now, this one counts no more.
      if (this.#underWay !== changes) return;
      this.#underWay = undefined;
      if (error === undefined) {
        if (this.#told) this.#told.push(...changes);
        if (this.#isConfirmed && !this.#anew || this.#told && this.#told.length > this.#bound) {
          this.#told = undefined;
        }
        return this.#noted(now, tick);
      }
      this.#anew ||= anew;
      this.#pending = [...changes, ...this.#pending];
      while (this.#pending.length > this.#bound) this.#forgetOldest();
      if (!isUnavailable(error)) throw error;
      this.#behind = true;
    });
  }

  #inEpochTime(changes: readonly ListeningChange[]): ListeningChange[] {
    return changes.map((change) => ({ ...change, at: this.#time.epochOf(change.at) }));
  }

  #noted(now: number, tick: number): void {
    this.#behind = false;
    this.#knownAt = now;
    this.#knownTick = tick;
    for (const [channelId, at] of this.#dropping) {
      if (this.#hearers.has(channelId)) this.#note({ kind: "started", channelId, at: at + 1 });
    }
    this.#dropping.clear();
  }

  /** The program stops: for these channels, heard or not, that is the reason from now on. */
  stop(channelIds: Iterable<number>, now: number): void {
    for (const channelId of channelIds) this.left(channelId, now, "stopped");
    this.tick({ isLast: true });
  }

  /** While the archive cannot be told: what it would be told, if nothing counts that came later than `upto`. */
  unnoted(upto: number): UnwrittenCoverage | undefined {
    if (!this.#behind) return undefined;
    const knownAt = Math.max(this.#knownAt, upto);
    const changes = this.#inEpochTime([...this.#underWay ?? [], ...this.#pending])
      .filter(({ at }) => at <= knownAt);
    return { since: this.#knownAt, changes, knownAt };
  }

  #note(change: ListeningChange): void {
    this.#pending.push(change);
    if (this.#pending.length > this.#bound) this.#forgetOldest();
  }

  /** Rather a gap too many than one too few: the oldest stretch that began and ended while waiting is left out. */
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
