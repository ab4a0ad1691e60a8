/** Estimates the cost of reading rows and pages: rows on the disk cost fifty times as much as cached ones. */

/** Milliseconds to verify a row, including its candidate, and to read a page of a posting list. */
export interface Costs {
  row: number;
  page: number;
}

const CACHED: Costs = { row: 0.0013, page: 0.006 };
/** Messages are scattered, so each row takes a separate read; the pages of a list are mostly adjacent. */
const ON_DISK: Costs = { row: 0.07, page: 0.045 };
/** A cached row never takes longer than this, and a row on the disk hardly ever less. */
const SLOW_ROW_MS = 0.02;
/** Fewer rows are not measured: the statement itself takes as long. */
const MIN_ROWS = 10;
/** One slow read may be due to another thread. */
const SLOW_READS = 2;
/** After this time, a measurement expires: rows may be cached, or the next search may read others. */
const REMEMBERED_MS = 1_000;

export class ReadCostModel {
  readonly #now: () => number;
  #slowReads = 0;
  #slowUntil = -Infinity;

  /** @param now milliseconds of a monotonic clock */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  get costs(): Costs {
    return this.#now() < this.#slowUntil ? ON_DISK : CACHED;
  }

  /** Records the time that verifying some rows took. */
  verified(rows: number, ms: number): void {
    if (rows < MIN_ROWS) return;
    this.#slowReads = ms > rows * SLOW_ROW_MS ? this.#slowReads + 1 : 0;
    if (this.#slowReads >= SLOW_READS) this.#slowUntil = this.#now() + REMEMBERED_MS;
    else if (this.#slowReads === 0) this.#slowUntil = -Infinity;
  }
}
