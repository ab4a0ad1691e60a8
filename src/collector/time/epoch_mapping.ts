/**
 * Epoch time as a function of monotonic time. A small correction of the wall clock applies from the moment at which it is
 * seen. So the epoch time of a moment never changes, and a later moment never has an earlier epoch time: a message that
 * arrives after a JOIN is never stored before it.
 */

/** The wall clock is read in whole milliseconds, and jitters by a few of them. */
const JITTER_MS = 5;
/** The number of corrections that are kept. A clock that is slewed by 0.05 % needs one in 10 s. */
const KEPT = 360;

interface Piece {
  /** The monotonic moment at which it begins. */
  from: number;
  /** Epoch time minus monotonic time. */
  offsetMs: number;
  /** The epoch time at `from` by the previous piece: epoch time stays at it until the new offset exceeds it. */
  atLeast: number;
}

export class EpochMapping {
  /** Never empty, by ascending `from`. */
  #pieces: Piece[];

  constructor(offsetMs: number) {
    this.#pieces = [{ from: -Infinity, offsetMs, atLeast: -Infinity }];
  }

  /** Epoch time minus monotonic time, by the last correction. */
  get offsetMs(): number {
    return this.#pieces.at(-1)!.offsetMs;
  }

  /** The epoch milliseconds of a monotonic moment. */
  epochOf(monotonicMs: number): number {
    const { offsetMs, atLeast } = this.#pieces.findLast(({ from }) => from <= monotonicMs)!;
    return Math.floor(Math.max(monotonicMs + offsetMs, atLeast));
  }

  /** Applies a small correction from the monotonic moment `now` on. */
  follow(offsetMs: number, now: number): void {
    if (Math.abs(offsetMs - this.offsetMs) <= JITTER_MS) return;
    const atLeast = this.epochOf(now);
    this.#pieces.push({ from: now, offsetMs, atLeast });
    if (this.#pieces.length > KEPT) {
      this.#pieces.shift();
      this.#pieces[0]!.from = -Infinity;
    }
  }

  /** Replaces the mapping, because it was wrong: every moment gets a new epoch time, including past ones. */
  replace(offsetMs: number): void {
    this.#pieces = [{ from: -Infinity, offsetMs, atLeast: -Infinity }];
  }
}
