/** Measures the delay of this thread's event loop. Pages and live rows wait at least that long. */

/**
 * Reports every `everyMs` by how many milliseconds a timer was late: about the time for which one task
 * blocked the thread. It uses a timer, because Deno's `monitorEventLoopDelay` (2.9) does not notice a busy
 * thread.
 */
export function watchEventLoop(observe: (delayMs: number) => void, everyMs = 10): Disposable {
  let timer: ReturnType<typeof setTimeout>;
  function next(): void {
    const dueAt = performance.now() + everyMs;
    timer = setTimeout(() => {
      observe(Math.max(0, performance.now() - dueAt));
      next();
    }, everyMs);
  }
  next();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** The largest value that was observed in about the last minute. */
export class RecentLongest {
  /** Maximum by interval of 10 s, for the last intervals only. */
  readonly #longest = new Map<number, number>();

  /** @param now a monotonic clock in milliseconds */
  constructor(readonly now: () => number = () => performance.now()) {}

  observe(value: number): void {
    const interval = this.#interval();
    const before = this.#longest.get(interval);
    if (before === undefined) this.#deleteOld(interval);
    this.#longest.set(interval, Math.max(before ?? 0, value));
  }

  get value(): number {
    this.#deleteOld(this.#interval());
    return Math.max(0, ...this.#longest.values());
  }

  #interval(): number {
    return Math.floor(this.now() / 10_000);
  }

  #deleteOld(current: number): void {
    for (const interval of this.#longest.keys()) if (interval < current - 6) this.#longest.delete(interval);
  }
}
