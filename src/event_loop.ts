/** How long this thread's event loop is held up. Whoever waits for the thread, a page or a live row, waits as long. */

/**
 * Looks every 10 ms, and tells by how many milliseconds it came late: about as long as something ran without a pause.
 * A timer, because Deno's `monitorEventLoopDelay` (2.9) does not notice a thread that is busy.
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

/** The longest of what was observed in about the last minute. */
export class RecentLongest {
  /** By stretches of 10 s; only the last of them are looked at. */
  readonly #longest = new Map<number, number>();

  /** @param now a monotonic clock, in ms */
  constructor(readonly now: () => number = () => performance.now()) {}

  observe(value: number): void {
    const stretch = this.#stretch();
    const before = this.#longest.get(stretch);
    if (before === undefined) this.#forget(stretch);
    this.#longest.set(stretch, Math.max(before ?? 0, value));
  }

  get value(): number {
    this.#forget(this.#stretch());
    return Math.max(0, ...this.#longest.values());
  }

  #stretch(): number {
    return Math.floor(this.now() / 10_000);
  }

  #forget(present: number): void {
    for (const stretch of this.#longest.keys()) if (stretch < present - 6) this.#longest.delete(stretch);
  }
}
