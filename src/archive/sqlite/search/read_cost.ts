/** How quickly messages can be looked at: where they have to come from the disk it takes fifty times as long. */

/** Milliseconds for a message, with what its id takes, and for a page of a list of the index. */
export interface Costs {
  row: number;
  page: number;
}

const CACHED: Costs = { row: 0.0013, page: 0.012 };
/** Messages lie apart, and each is a read of its own; pages of a list mostly lie together. */
const ON_DISK: Costs = { row: 0.07, page: 0.045 };
/** Longer than this a message of those that are cached never takes, and of others hardly ever less. */
const SLOW_ROW_MS = 0.02;
/** So few say nothing: the statement itself takes as long. */
const FEWEST_ROWS = 10;
/** One slow look may be another thread's turn. */
const SLOW_LOOKS = 2;
/** What was read since may be cached, and what is asked for next lie elsewhere. */
const REMEMBERED_MS = 1_000;

export class ReadCostModel {
  readonly #now: () => number;
  #slowLooks = 0;
  #slowUntil = -Infinity;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  get costs(): Costs {
    return this.#now() < this.#slowUntil ? ON_DISK : CACHED;
  }

  looked(rows: number, ms: number): void {
    if (rows < FEWEST_ROWS) return;
    this.#slowLooks = ms > rows * SLOW_ROW_MS ? this.#slowLooks + 1 : 0;
    if (this.#slowLooks >= SLOW_LOOKS) this.#slowUntil = this.#now() + REMEMBERED_MS;
    else if (this.#slowLooks === 0) this.#slowUntil = -Infinity;
  }
}
