/**
 * Schedules expensive tasks of many clients: a few at a time, with the clients in turn, so that none starves
 * the others. Cheap requests go first. Searches and parts of long answers alternate, so that a search does not
 * wait for a thousand downloads.
 */
import { Failure } from "../failure.ts";

export interface FairQueueOptions {
  /** Maximum running tasks. */
  atOnce: number;
  /** Maximum waiting searches per client; further ones are refused. */
  perClient?: number;
  /** Maximum waiting searches in total. */
  inAll?: number;
  /** Milliseconds after which a waiting task is refused. */
  maxWaitMs?: number;
  /** Milliseconds for which the next task yields to cheap requests, so that these cannot block it forever. */
  yieldMs?: number;
}

export interface TaskOptions {
  /** Whether it is a part of a download, of which the caller bounds the number: it is not refused because many wait. */
  isPart?: boolean;
  /** In the place of the queue's own; Infinity for a part of an answer that has begun. */
  maxWaitMs?: number;
}

interface Waiting {
  start(): void;
  refuse(error: unknown): void;
}

/** Waiting tasks of one kind, with their clients in turn. */
class Turns {
  size = 0;
  /** The next client first. Each has at least one task. */
  readonly #clients = new Map<string, Set<Waiting>>();

  of(client: string): number {
    return this.#clients.get(client)?.size ?? 0;
  }

  add(client: string, task: Waiting): void {
    const own = this.#clients.get(client) ?? new Set();
    this.#clients.set(client, own.add(task));
    this.size++;
  }

  /** Returns whether it was waiting. */
  delete(client: string, task: Waiting): boolean {
    const own = this.#clients.get(client);
    if (!own?.delete(task)) return false;
    if (own.size === 0) this.#clients.delete(client);
    this.size--;
    return true;
  }

  /** The oldest task of the next client, whose turn is over then. */
  next(): Waiting | undefined {
    const [entry] = this.#clients;
    if (!entry) return undefined;
    const [client, own] = entry;
    this.#clients.delete(client);
    this.#clients.set(client, own);
    return own.values().next().value;
  }
}

export class FairQueue {
  readonly #options: Required<FairQueueOptions>;
  readonly #searches = new Turns();
  readonly #parts = new Turns();
  #isTurnOfParts = false;
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
    return this.#searches.size + this.#parts.size > 0;
  }

  /**
   * Runs `work` when it is this client's turn, unless `signal` aborts before.
   * @throws a Failure `busy` if too many tasks wait or this one waited too long; the signal's reason if it
   * aborts
   */
  async run<T>(
    client: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
    options: TaskOptions = {},
  ): Promise<T> {
    if (this.#underWay < this.#options.atOnce) {
      this.#underWay++;
      this.#isTurnOfParts = !options.isPart;
    } else await this.#turnOf(client, signal, options);
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
    { isPart = false, maxWaitMs = this.#options.maxWaitMs }: TaskOptions,
  ): Promise<void> {
    const { perClient, inAll } = this.#options;
    signal?.throwIfAborted();
    const turns = isPart ? this.#parts : this.#searches;
    if (!isPart && turns.of(client) >= perClient) {
      throw new Failure("busy", `${turns.of(client)} searches from your address are waiting already.`);
    }
    if (!isPart && turns.size >= inAll) {
      throw new Failure("busy", `${turns.size} searches are waiting already.`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      if (turns.delete(client, waiting)) settle();
    };
    const waiting: Waiting = {
      start: () => leave(resolve),
      refuse: (error) => leave(() => reject(error)),
    };
    const aborted = () => waiting.refuse(signal!.reason);
    const timer = maxWaitMs === Infinity ? undefined : setTimeout(() => {
      waiting.refuse(
        new Failure(
          "busy",
          `Your ${isPart ? "download" : "search"} waited ${maxWaitMs / 1_000} s for others.`,
        ),
      );
    }, maxWaitMs);
    signal?.addEventListener("abort", aborted);
    turns.add(client, waiting);
    return promise;
  }

  /** Starts the oldest task of the next client: a search if the last one was a part, and the other way round. */
  async #next(): Promise<void> {
    if (this.isContended && this.#cheap > 0) await this.#quietOrLate();
    const kinds = [this.#searches, this.#parts];
    const turns = (this.#isTurnOfParts ? kinds.reverse() : kinds).find(({ size }) => size > 0);
    if (!turns) return void this.#underWay--;
    this.#isTurnOfParts = turns === this.#searches;
    turns.next()!.start();
  }

  async #quietOrLate(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, this.#options.yieldMs);
    await Promise.race([this.#quiet.promise, late.promise]);
    clearTimeout(timer);
  }
}
