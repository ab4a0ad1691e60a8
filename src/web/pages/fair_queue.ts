/**
 * Schedules expensive tasks of many clients: a few at a time, with the clients in turn, so that none starves
 * the others. Cheap requests go first.
 */
import { Failure } from "../failure.ts";

export interface FairQueueOptions {
  /** Maximum running tasks. */
  atOnce: number;
  /** Maximum waiting tasks per client; further ones are refused. */
  perClient?: number;
  /** Maximum waiting tasks in total. */
  inAll?: number;
  /** Milliseconds after which a waiting task is refused. */
  maxWaitMs?: number;
  /** Milliseconds for which the next task yields to cheap requests, so that these cannot block it forever. */
  yieldMs?: number;
}

interface Waiting {
  start(): void;
  refuse(error: unknown): void;
}

export class FairQueue {
  readonly #options: Required<FairQueueOptions>;
  /** Waiting tasks by client, next client first. Each client has at least one. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #waitingInAll = 0;
  #underWay = 0;
  #cheap = 0;
  #quiet = Promise.withResolvers<void>();

  constructor(
    { atOnce, perClient = 250, inAll = 2_000, maxWaitMs = 10_000, yieldMs = 50 }: FairQueueOptions,
  ) {
    this.#options = { atOnce, perClient, inAll, maxWaitMs, yieldMs };
  }

  /**
   * Marks the beginning of a cheap request, to which waiting tasks yield. Returns a function to call when it
   * ends or turns out to be expensive; further calls have no effect.
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

  /** Whether tasks are waiting. */
  get isContended(): boolean {
    return this.#waitingInAll > 0;
  }

  /**
   * Runs `work` when it is this client's turn, unless `signal` aborts before.
   * @param options.maxWaitMs in the place of the queue's own; Infinity for a part of an answer that has begun
   * @param options.hasPlace whether the task is not refused because too many wait: the caller bounds them
   * @throws a Failure `busy` if too many tasks wait or this one waited too long; the signal's reason if it
   * aborts
   */
  async run<T>(
    client: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
    options: { maxWaitMs?: number; hasPlace?: boolean } = {},
  ): Promise<T> {
    const { maxWaitMs = this.#options.maxWaitMs } = options;
    const { hasPlace = maxWaitMs === Infinity } = options;
    if (this.#underWay < this.#options.atOnce) this.#underWay++;
    else await this.#turnOf(client, signal, { maxWaitMs, hasPlace });
    try {
      return await work();
    } finally {
      // In a later turn of the event loop, so that requests that arrived meanwhile go first.
      setTimeout(() => this.#next());
    }
  }

  #turnOf(
    client: string,
    signal: AbortSignal | undefined,
    { maxWaitMs, hasPlace }: { maxWaitMs: number; hasPlace: boolean },
  ): Promise<void> {
    const { perClient, inAll } = this.#options;
    signal?.throwIfAborted();
    const own = this.#waiting.get(client) ?? new Set();
    if (own.size >= perClient && !hasPlace) {
      throw new Failure("busy", `${own.size} searches from your address are waiting already.`);
    }
    if (this.#waitingInAll >= inAll && !hasPlace) {
      throw new Failure("busy", `${this.#waitingInAll} searches are waiting already.`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      if (!own.delete(waiting)) return;
      if (own.size === 0) this.#waiting.delete(client);
      this.#waitingInAll--;
      settle();
    };
    const waiting: Waiting = {
      start: () => leave(resolve),
      refuse: (error) => leave(() => reject(error)),
    };
    const aborted = () => waiting.refuse(signal!.reason);
    const timer = maxWaitMs === Infinity ? undefined : setTimeout(() => {
      waiting.refuse(new Failure("busy", `Your search waited ${maxWaitMs / 1_000} s for others.`));
    }, maxWaitMs);
    signal?.addEventListener("abort", aborted);
    own.add(waiting);
    this.#waiting.set(client, own);
    this.#waitingInAll++;
    return promise;
  }

  /** Starts the oldest task of the next client, and moves that client to the end. */
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
