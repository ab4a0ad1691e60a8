/** The pause before the next session: first 0, then `firstMs`, doubled each time up to 60 times that, with jitter. */
export class Backoff {
  #failures = 0;

  constructor(private readonly firstMs = 1_000, private readonly random: () => number = Math.random) {}

  /** Returns the pause in milliseconds and counts a failure. Jitter shortens it by up to half. */
  next(): number {
    const n = this.#failures++;
    if (n === 0) return 0;
    const ms = this.firstMs * Math.min(60, 2 ** (n - 1));
    return Math.round(ms * (1 - this.random() / 2));
  }

  /** A session ended after this time. If it lasted half a minute or more, the count of failures is reset. */
  connected(ms: number): void {
    if (ms >= 30_000) this.#failures = 0;
  }
}
