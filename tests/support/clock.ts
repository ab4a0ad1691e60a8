/** Clocks whose time a test sets. */
import { type Clock, systemClock } from "../../src/clock.ts";

/** Both clocks are set by the test and do not advance. */
export class StandingClock implements Clock {
  /** Wall time minus monotonic time. */
  shiftMs = 0;

  constructor(public now = 0) {}

  wallMs(): number {
    return this.now + this.shiftMs;
  }

  monotonicMs(): number {
    return this.now;
  }
}

/** The system clocks with a wall time that can be shifted: `setBy(-7_200_000)` sets it back by 2 h. */
export class ShiftedClock implements Clock {
  shiftMs = 0;

  wallMs(): number {
    return systemClock.wallMs() + this.shiftMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  setBy(ms: number): void {
    this.shiftMs += ms;
  }
}
