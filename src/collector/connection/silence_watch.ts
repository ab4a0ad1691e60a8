/** Detects a dead connection: nothing arrives, not even the answer to a PING. Times are monotonic milliseconds. */
import type { Timings } from "./session_options.ts";

/** The next action: send a PING, or end the connection, which was alive at `heardAt` (missing: until now). */
export type SilenceResult = { kind: "ping" } | { kind: "end"; reason: string; heardAt?: number };

export class SilenceWatch {
  readonly #timings: Timings;
  readonly #startedAt: number;
  #heardAt: number;
  /** When the unanswered PING was sent. */
  #pingedAt: number | undefined;
  #isReading = false;

  constructor(timings: Timings, now: number) {
    this.#timings = timings;
    this.#startedAt = this.#heardAt = now;
  }

  /** A read begins. Time counts as silence only during a read: a peer that we do not read from is not dead. */
  reading(): void {
    this.#isReading = true;
  }

  /** The read is over, with data or without. */
  notReading(): void {
    this.#isReading = false;
  }

  received(now: number): void {
    this.#heardAt = now;
    this.#pingedAt = undefined;
  }

  /** While a PING is unanswered: when the connection was last alive. */
  get lastAliveAt(): number | undefined {
    return this.#pingedAt === undefined ? undefined : this.#heardAt;
  }

  /** Call it several times within `quietMs`. @param isOpen whether the server has welcomed us */
  check(now: number, isOpen: boolean): SilenceResult | undefined {
    const { handshakeMs, quietMs, deadMs } = this.#timings;
    if (!this.#isReading) this.received(now);
    if (!isOpen) {
      if (now - this.#startedAt < handshakeMs) return undefined;
      return { kind: "end", reason: `no welcome within ${handshakeMs / 1000} s` };
    }
    const heardAt = this.#heardAt;
    if (this.#pingedAt === undefined) {
      if (now - heardAt < quietMs) return undefined;
      this.#pingedAt = now;
      return { kind: "ping" };
    }
    if (now - this.#pingedAt < deadMs) return undefined;
    return { kind: "end", reason: `nothing heard for ${((now - heardAt) / 1000).toFixed(1)} s`, heardAt };
  }
}
