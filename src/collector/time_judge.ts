/** Turns moments of the monotonic clock, which everything in the collector is measured by, into epoch time. */
import type { Clock } from "../clock.ts";

export class TimeJudge {
  /** Epoch time less monotonic time. */
  #offsetMs = 0;

  constructor(readonly clock: Clock) {
    this.tick();
  }

  /** Looks at the wall clock. Called several times a second. */
  tick(): void {
    this.#offsetMs = Math.round(this.clock.wallMs() - this.clock.monotonicMs());
  }

  /** The present moment, epoch milliseconds. */
  now(): number {
    return this.epochOf(this.clock.monotonicMs());
  }

  /** The epoch milliseconds of a moment of the monotonic clock. */
  epochOf(monotonicMs: number): number {
    return Math.floor(monotonicMs + this.#offsetMs);
  }
}
