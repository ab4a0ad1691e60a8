/**
 * Twitch takes 20 JOINs in 10 s from an account (2,000 when verified) over all its connections together, and as many
 * logins, and cuts the connection that goes over it. A sliding window, a little longer than Twitch's, keeps below that.
 */
export class RateLimiter {
  static readonly WINDOW_MS = 10_500;
  #spent: number[] = [];

  constructor(private readonly perWindow: number) {}

  /** How many of `wanted` may be sent at `now` (monotonic); those are counted as sent. */
  take(wanted: number, now: number): number {
    const since = now - RateLimiter.WINDOW_MS;
    let old = 0;
    while (old < this.#spent.length && this.#spent[old]! <= since) old++;
    if (old > 0) this.#spent.splice(0, old);
    const granted = Math.max(0, Math.min(wanted, this.perWindow - this.#spent.length));
    for (let i = 0; i < granted; i++) this.#spent.push(now);
    return granted;
  }
}
