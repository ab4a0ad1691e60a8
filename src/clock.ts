/**
 * The machine's two clocks. The wall clock gives the time to store and to show; it may be wrong, and may be
 * set at any moment. The monotonic clock measures waits, timeouts, limits and back-offs.
 */
export interface Clock {
  /** Epoch milliseconds of the system clock. */
  wallMs(): number;
  /**
   * Milliseconds since an origin of this thread: never pass a value to another thread. It stops while the
   * machine sleeps.
   */
  monotonicMs(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Milliseconds of a minute. */
export const MINUTE_MS = 60_000;
/** One hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;
/** Milliseconds of a day. */
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** This program did not exist before this date: earlier clocks are wrong, and earlier times of Twitch are from captures. */
export const EARLIEST_MS: number = Date.UTC(2026, 10, 23);
