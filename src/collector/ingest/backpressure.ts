/**
 * While there is no room the sockets are not read: what Twitch keeps for us meanwhile is not lost. It would cut us off
 * before long, so where there is trouble they are read again after a while, and what comes is dropped and counted.
 * Times are monotonic.
 */
import type { Clock } from "../../clock.ts";

export class Backpressure {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  #waiting: PromiseWithResolvers<void> | undefined;
  #fullSince: number | undefined;
  #isOver = false;

  /** @param patienceMs how long the sockets are left unread in trouble */
  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** Since when, in trouble, there has been no room. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /** What comes although there is no room is to be dropped. */
  get isExpired(): boolean {
    return this.#fullSince !== undefined && this.#clock.monotonicMs() - this.#fullSince >= this.#patienceMs;
  }

  /** Resolves when more lines can be taken; `undefined` when they can be taken now. */
  wait(hasRoom: boolean, isFailing: boolean): Promise<void> | undefined {
    if (hasRoom || this.#isOver) {
      this.#fullSince = undefined;
      return undefined;
    }
    if (isFailing) this.#fullSince ??= this.#clock.monotonicMs();
    if (this.isExpired) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  release(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** From now on nobody waits: the sockets are about to be closed. */
  end(): void {
    this.#isOver = true;
    this.release();
  }
}
