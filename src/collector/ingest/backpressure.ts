/**
 * While the queue is full, readers stop reading their sockets: Twitch buffers the lines, so none is lost. Twitch would
 * disconnect a reader before long, so if the store fails for `patienceMs`, readers resume, and new lines are dropped and
 * counted. Times are monotonic.
 */
import type { Clock } from "../../clock.ts";

export class Backpressure {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #isFailing: () => boolean;
  #waiting: PromiseWithResolvers<void> | undefined;
  #fullSince: number | undefined;
  #isOver = false;

  /**
   * @param patienceMs how long sockets stay unread while the store fails
   * @param isFailing whether the store fails now
   */
  constructor(clock: Clock, patienceMs: number, isFailing: () => boolean) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#isFailing = isFailing;
  }

  /** Since when the queue has been full: perhaps before the store is known to fail, as a write may wait for a lock. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /** Whether new lines that do not fit must be dropped. */
  get isExpired(): boolean {
    return this.#fullSince !== undefined && this.#isFailing() &&
      this.#clock.monotonicMs() - this.#fullSince >= this.#patienceMs;
  }

  /** Resolves when more lines can be taken; `undefined` if they can be taken now. */
  wait(hasRoom: boolean): Promise<void> | undefined {
    if (hasRoom || this.#isOver) {
      this.#fullSince = undefined;
      return undefined;
    }
    this.#fullSince ??= this.#clock.monotonicMs();
    if (this.isExpired) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  /** Resolves the promise of {@link wait}: the queue has room, or the readers have waited long enough. */
  release(hasRoom: boolean): void {
    if (hasRoom) this.#fullSince = undefined;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** Ends all waiting: the sockets are about to be closed. */
  end(): void {
    this.#isOver = true;
    this.release(false);
  }
}
