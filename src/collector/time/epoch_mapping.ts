/**
 * Epoch time as a function of monotonic time. Small corrections of the wall clock apply from the moment at which they are
 * seen, so that a moment has the same epoch time whenever it is asked for, and a later moment never has an earlier one:
 * a message that came after a JOIN is not stored before it.
 */

/** The wall clock is read in whole milliseconds, and jitters by some of them. */
const JITTER_MS = 5;
/** Corrections that are remembered. A clock that is slewed by 0.05 % needs one in 10 s. */
const KEPT = 360;

interface Piece {
  /** The monotonic moment at which it begins. */
  from: number;
  /** Epoch time less monotonic time. */
  offsetMs: number;
  /** The epoch time at `from` by the piece before: time stands still until the new offset has passed it. */
  atLeast: number;
}

export class EpochMapping {
  /** Never empty, by ascending `from`. */
  #pieces: Piece[];

  constructor(offsetMs: number) {
    this.#pieces = [{ from: -Infinity, offsetMs, atLeast: -Infinity }];
  }

  /** Epoch time less monotonic time, by the last correction. */
  get offsetMs(): number {
    return this.#pieces.at(-1)!.offsetMs;
  }

  /** The epoch milliseconds of a monotonic moment. */
  epochOf(monotonicMs: number): number {
    const { offsetMs, atLeast } = this.#pieces.findLast(({ from }) => from <= monotonicMs)!;
    return Math.floor(Math.max(monotonicMs + offsetMs, atLeast));
  }

  /** A small correction, from the monotonic moment `now` on. */
  follow(offsetMs: number, now: number): void {
    if (Math.abs(offsetMs - this.offsetMs) <= JITTER_MS) return;
    const atLeast = this.epochOf(now);
    this.#pieces.push({ from: now, offsetMs, atLeast });
    if (this.#pieces.length > KEPT) {
      this.#pieces.shift();
      this.#pieces[0]!.from = -Infinity;
    }
  }

  /** What was believed before was wrong: all moments, past ones too, get their epoch time anew. */
  replace(offsetMs: number): void {
    this.#pieces = [{ from: -Infinity, offsetMs, atLeast: -Infinity }];
  }
}
