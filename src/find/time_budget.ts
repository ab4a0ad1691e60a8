/** Bounds the time that work takes of a thread. */

export interface TimeBudgetOptions {
  /** Maximum of the saved budget. */
  maxMs: number;
  /** Budget gained per second. */
  msPerSecond: number;
}

export class TimeBudget {
  readonly #maxMs: number;
  readonly #gain: number;
  #leftMs: number;
  #at: number;

  /** @param now monotonic, in ms */
  constructor({ maxMs, msPerSecond }: TimeBudgetOptions, now: number) {
    this.#maxMs = this.#leftMs = maxMs;
    this.#gain = msPerSecond / 1_000;
    this.#at = now;
  }

  /** Whether there is time left. */
  hasTime(now: number): boolean {
    this.#leftMs = Math.min(this.#maxMs, this.#leftMs + (now - this.#at) * this.#gain);
    this.#at = now;
    return this.#leftMs > 0;
  }

  /** Takes the time of work that was done; it may be more than what was left. */
  spend(ms: number): void {
    this.#leftMs -= ms;
  }
}
