/** Logs frequent events at most once a minute, with their number. */

import { type Clock, systemClock } from "../../clock.ts";

const EVERY_MS = 60_000;

export class NoticeThrottle {
  readonly #kinds = new Map<string, { reportedAt: number; since: number }>();

  constructor(
    readonly write: (message: string, properties: Record<string, unknown>) => void,
    readonly clock: Clock = systemClock,
  ) {}

  /**
   * Logs the first event of a kind at once, and later ones at most once a minute, with the number since the
   * last log line.
   * @returns whether this event was logged
   */
  report(kind: string, message: string, properties: Record<string, unknown>): boolean {
    const known = this.#kinds.get(kind);
    if (known && this.clock.monotonicMs() - known.reportedAt < EVERY_MS) {
      known.since++;
      return false;
    }
    const times = (known?.since ?? 0) + 1;
    this.#kinds.set(kind, { reportedAt: this.clock.monotonicMs(), since: 0 });
    this.write(message, times === 1 ? properties : { ...properties, times });
    return true;
  }
}
