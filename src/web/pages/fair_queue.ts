/**
 * Expensive work of many clients: a few pieces at once, the clients in turn, so that none of them starves the others; and
 * cheap requests before all of it.
 */
import { Failure } from "../failure.ts";

export interface FairQueueOptions {
  /** Pieces of work under way. */
  atOnce: number;
  /** Pieces that may wait for one client; one more is refused. */
  perClient?: number;
  /** Pieces that may wait in all. */
  inAll?: number;
  /** Milliseconds that a piece waits before it is refused. */
  patienceMs?: number;
  /** Milliseconds that the next piece gives way to cheap requests, so that these cannot hold it up for good. */
  yieldMs?: number;
}

interface Waiting {
  start(): void;
  refuse(error: unknown): void;
}

export class FairQueue {
  readonly #options: Required<FairQueueOptions>;
  /** By client, in the order in which it is their turn. Each has at least one piece. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #waitingInAll = 0;
  #underWay = 0;
  #cheap = 0;
  #quiet = Promise.withResolvers<void>();

  constructor(
    { atOnce, perClient = 250, inAll = 2_000, patienceMs = 10_000, yieldMs = 50 }: FairQueueOptions,
  ) {
    this.#options = { atOnce, perClient, inAll, patienceMs, yieldMs };
  }

  /**
   * Says that a cheap request has begun: pieces that wait begin after it. Yields what to call when it has ended, or turns
   * out to be expensive; calling that again does nothing.
   */
  giveWay(): () => void {
    let isOver = false;
    this.#cheap++;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#cheap > 0) return;
      this.#quiet.resolve();
      this.#quiet = Promise.withResolvers();
    };
  }

  /** Whether others wait for the work that is under way. */
  get isContended(): boolean {
    return this.#waitingInAll > 0;
  }

  /**
   * Does the work when it is this client's turn. When the signal aborts before, the work is not done at all.
   * @throws a Failure `busy` where too much waits, or it had to wait too long; the signal's reason where it aborts
   */
  async run<T>(client: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#options.atOnce) this.#underWay++;
    else await this.#turnOf(client, signal);
    try {
      return await work();
    } finally {
      // In a later turn of the event loop: requests that came meanwhile have theirs first.
      setTimeout(() => this.#next());
    }
  }

  #turnOf(client: string, signal: AbortSignal | undefined): Promise<void> {
    const { perClient, inAll, patienceMs } = this.#options;
    signal?.throwIfAborted();
    const own = this.#waiting.get(client) ?? new Set();
    if (own.size >= perClient) {
      throw new Failure("busy", `${own.size} searches from your address are waiting already.`);
    }
    if (this.#waitingInAll >= inAll) {
      throw new Failure("busy", `${this.#waitingInAll} searches are waiting already.`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", gone);
      if (!own.delete(waiting)) return;
      if (own.size === 0) this.#waiting.delete(client);
      this.#waitingInAll--;
      settle();
    };
    const waiting: Waiting = {
      start: () => leave(resolve),
      refuse: (error) => leave(() => reject(error)),
    };
    const gone = () => waiting.refuse(signal!.reason);
    const timer = setTimeout(() => {
      waiting.refuse(new Failure("busy", `Your search waited ${patienceMs / 1_000} s for others.`));
    }, patienceMs);
    signal?.addEventListener("abort", gone);
    own.add(waiting);
    this.#waiting.set(client, own);
    this.#waitingInAll++;
    return promise;
  }

  /** Begins the oldest piece of the client whose turn it is; that client is then behind all others. */
  async #next(): Promise<void> {
    if (this.isContended && this.#cheap > 0) await this.#quietOrLate();
    const [entry] = this.#waiting;
    if (!entry) return void this.#underWay--;
    const [client, own] = entry;
    this.#waiting.delete(client);
    this.#waiting.set(client, own);
    const [first] = own;
    first!.start();
  }

  async #quietOrLate(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, this.#options.yieldMs);
    await Promise.race([this.#quiet.promise, late.promise]);
    clearTimeout(timer);
  }
}
