/**
 * The machine's two clocks. The wall clock says what time it is, and may be wrong or be set at any moment: it is for what is
 * stored or shown. The monotonic clock measures waits, timeouts, limits and back-offs.
 */
export interface Clock {
  /** Epoch milliseconds, as the machine believes them. */
  wallMs(): number;
  /** Milliseconds since an origin of this thread: never pass a value to another thread. It stands while the machine sleeps. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
