/**
 * While the queue is full, readers stop reading their sockets: Twitch buffers the lines, so none is lost. Twitch would
 * disconnect a reader before long, so if the store fails for `patienceMs`, readers resume, and new lines are dropped and
 * counted. Times are monotonic.
 */
import type { Clock } from "../../clock.ts";

export class Backpressure {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  #waiting: PromiseWithResolvers<void> | undefined;
  #fullSince: number | undefined;
  #isOver = false;

  /** @param patienceMs how long sockets stay unread while the store fails */
  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** Since when the queue has been full while the store failed. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /** Whether new lines that do not fit must be dropped. */
  get isExpired(): boolean {
    return this.#fullSince !== undefined && this.#clock.monotonicMs() - this.#fullSince >= this.#patienceMs;
  }

  /** Resolves when more lines can be taken; `undefined` if they can be taken now. */
  wait(hasRoom: boolean, isFailing: boolean): Promise<void> | undefined {
    if (hasRoom || this.#isOver) {
      this.#fullSince = undefined;
      return undefined;
    }
    if (isFailing) this.#fullSince ??= this.#clock.monotonicMs();
    if (this.isExpired) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  /** Resolves the promise of {@link wait}. */
  release(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** Ends all waiting: the sockets are about to be closed. */
  end(): void {
    this.#isOver = true;
    this.release();
  }
}
