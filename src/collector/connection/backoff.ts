/** How long to wait before the next session of a connection: 0, then `firstMs` doubling to 60 times that, with jitter. */
export class Backoff {
  #failures = 0;

  constructor(private readonly firstMs = 1_000, private readonly random: () => number = Math.random) {}

  /** Milliseconds to wait; each call counts as one more failure. Jitter takes away up to half. */
  next(): number {
    const n = this.#failures++;
    if (n === 0) return 0;
    const ms = this.firstMs * Math.min(60, 2 ** (n - 1));
    return Math.round(ms * (1 - this.random() / 2));
  }

  /** Told how long the session lasted: one of half a minute or more starts the count anew. */
  connected(ms: number): void {
    if (ms >= 30_000) this.#failures = 0;
  }
}
