/**
 * Twitch accepts 20 JOINs in 10 s of an account (2,000 if verified), on all its connections together, and as many logins.
 * It closes a connection that exceeds this. The sliding window is a little longer than Twitch's.
 */
export class RateLimiter {
  static readonly WINDOW_MS = 10_500;
  #spent: number[] = [];
  #isWaiting = false;
  /** How often something began to wait. */
  waits = 0;

  constructor(private readonly perWindow: number) {}

  /** Returns how many of `wanted` may be sent at `now` (monotonic), and counts them as sent. */
  take(wanted: number, now: number): number {
    const since = now - RateLimiter.WINDOW_MS;
    let old = 0;
    while (old < this.#spent.length && this.#spent[old]! <= since) old++;
    if (old > 0) this.#spent.splice(0, old);
    const granted = Math.max(0, Math.min(wanted, this.perWindow - this.#spent.length));
    for (let i = 0; i < granted; i++) this.#spent.push(now);
    const isWaiting = granted < wanted;
    if (isWaiting && !this.#isWaiting) this.waits++;
    this.#isWaiting = isWaiting;
    return granted;
  }
}
