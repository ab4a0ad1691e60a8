/** Why a channel was not heard after a start, if that takes longer than a JOIN: there was no connection, or its JOIN waits. */
import type { EndReason } from "../../chat/coverage.ts";
import { JOINING_MS } from "../../chat/coverage.ts";

/** A reason for channels that are not heard yet, which holds since a moment (monotonic). */
export interface UnheardReason {
  reason: EndReason;
  since: number;
}

export class UnheardReasons {
  readonly #startedAt: number;
  /** When the first connection was open. */
  #connectedAt: number | undefined;
  #told: EndReason | undefined;

  /** @param now monotonic */
  constructor(now: number) {
    this.#startedAt = now;
  }

  /** Whether there is no further reason. */
  get isDone(): boolean {
    return this.#told === "not joined";
  }

  /** A reason that has held for long enough, once. Call it several times a second. */
  next(now: number, isConnected: boolean): UnheardReason | undefined {
    if (isConnected) this.#connectedAt ??= now;
    const [reason, since] = this.#connectedAt === undefined
      ? ["not connected", this.#startedAt] as const
      : ["not joined", this.#connectedAt] as const;
    if (this.#told === reason || now - since < JOINING_MS) return undefined;
    this.#told = reason;
    return { reason, since };
  }
}
