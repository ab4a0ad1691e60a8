/** From events to committed rows: the batch, the bounded queue before it, and what happens when the store fails. */
import type { ArchiveWriter } from "../archive/archive.ts";
import type { ChatEvent, StoredEvent } from "../chat/events.ts";
import { doubleKey, Doubles } from "./doubles.ts";
import { readLine } from "../irc/read.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "./recorder.ts";
import { Spool } from "./spool.ts";
import { type Row, Store, type Stored, type Work } from "./store.ts";

export interface SpoolOptions {
  path: string;
  bound: number;
  /** How long the sockets are left unread before messages are dropped. */
  patienceMs?: number;
}

export interface IntakeOptions {
  openWriter: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  /** Called after the commit, with the events of watched channels by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when the store fails and when it works again. */
  trouble: (reason: string | undefined) => void;
  /** Events that may wait for the store in memory; beyond it they go to the spool. */
  bound?: number;
  /** The file beside the database, and how many bytes it may have; 0 = none: then the sockets are not read. */
  spool: SpoolOptions;
  /** Told of every event that found room nowhere. */
  dropped?: (event: ChatEvent, at: number) => void;
}

/** A batch goes out when it has so many rows, or after so long. */
const BATCH_ROWS = 200;
const BATCH_MS = 50;
/** What has come in while a batch was under way goes into the next one, up to so many: batches follow the load. */
const MOST_ROWS = 2_000;
/** Lines of a spool that are read at once. */
const SPOOL_ROWS = 1_000;
const SAMPLES_KEPT = 20;
const PATIENCE_MS = 20_000;
export class Intake implements Disposable {
  readonly counts: Counts = { received: 0, stored: 0, doubles: 0, rejected: 0, dropped: 0, protocol: 0 };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly #options: Required<Omit<IntakeOptions, "dropped">> & IntakeOptions;
  readonly #doubles = new Doubles();
  readonly #store: Store;
  readonly #spool: Spool<Row>;
  #queue: Row[] = [];
  /** How many of the queue's first are under way. */
  #handedOver = 0;
  /** Fires when the oldest of the queue has waited long enough. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It has fired, and there was no room: the next batch does not wait. */
  #isDue = false;
  #okSince = Date.now();
  #lastCommitAt: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  #ending = false;
  /** Since when neither the queue nor the spool has room. */
  #fullSince: number | undefined;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell. */
  constructor(options: IntakeOptions) {
    this.#options = { bound: 10_000, ...options };
    this.#store = new Store({
      openWriter: options.openWriter,
      watched: options.watched,
      next: (isUnderWay) => this.#next(isUnderWay),
      stored: (stored) => this.#stored(stored),
      setAside: ({ line, receivedAt }, why) =>
        this.reject(line, `could not be stored: ${why}`, receivedAt, false),
      ended: (work, dealtWith) => this.#ended(work, dealtWith),
      trouble: (reason) => {
        if (reason === undefined) this.#okSince = Date.now();
        options.trouble(reason);
      },
      retrying: () => {
        this.#spool.sync();
        if (this.#spool.hasRoom || options.spool.bound > 0 && this.#isPatienceOver()) this.#readOn();
      },
    });
    const stored = this.#store.writer.spooled();
    this.#spool = new Spool(
      options.spool.path,
      options.spool.bound,
      (name) => stored?.name === name ? stored.upto : 0,
    );
    if (this.#spool.active) this.#flushIn(0);
  }

  /**
   * For what must come after everything that was said before: what becomes of a channel.
   * @throws UnavailableError while the store fails
   */
  get writer(): ArchiveWriter {
    this.#flushNow();
    return this.#store.writer;
  }

  /** For what has nothing to do with what waits to be stored. @throws UnavailableError while the store fails */
  get store(): ArchiveWriter {
    return this.#store.writer;
  }

  /** False where it was recognised as a double. */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = doubleKey(event, line);
    if (key !== undefined && this.#doubles.seen(key)) {
      this.counts.doubles++;
      return false;
    }
    const isFull = this.#store.failure && this.#queue.length >= this.#options.bound &&
      this.#options.spool.bound > 0;
    if (isFull || this.#spool.active) {
      this.#keep({ event, receivedAt: at, line });
      return true;
    }
    this.#queue.push({ event, receivedAt: at, line });
    if (this.#waitingRows >= BATCH_ROWS && !this.#store.isBusy) this.#flush();
    else this.#flushIn(BATCH_MS);
    return true;
  }

  /** Whether this was taken lately, be it committed or not. */
  heard(event: ChatEvent, line: string): boolean {
    const key = doubleKey(event, line);
    return key !== undefined && this.#doubles.has(key);
  }

  reject(line: string, why: string, at: number, isChat = true): void {
    if (isChat) this.counts.received++;
    this.counts.rejected++;
    this.rejectedSamples.unshift({ at, why, line: line.slice(0, 500) });
    this.rejectedSamples.length = Math.min(this.rejectedSamples.length, SAMPLES_KEPT);
  }

  /** Waits until nothing is under way: what is committed from now on is announced as it is wanted now. */
  settle(): void {
    this.#store.settle();
  }

  /**
   * While the queue is full the sockets are not read, unless the archive is in trouble and the spool has room: what
   * Twitch keeps for us meanwhile is not lost. It would cut us off before long, so where there is trouble they are read
   * again after a while, and what comes is dropped and counted.
   */
  room(): Promise<void> | undefined {
    if (this.#hasRoom || this.#ending) {
      this.#fullSince = undefined;
      return undefined;
    }
    if (this.#store.failure) this.#fullSince ??= Date.now();
    if (this.#options.spool.bound > 0 && this.#isPatienceOver()) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  /** The sockets are about to be closed: none is kept waiting any more, since it could not be closed then. */
  ending(): void {
    this.#ending = true;
    this.#readOn();
  }

  status(): WriterStatus {
    const { failure } = this.#store;
    return {
      state: failure ? "failing" : "ok",
      reason: failure?.reason,
      since: failure?.since ?? this.#okSince,
      queue: this.#queue.length,
      queueBound: this.#options.bound,
      spooledBytes: this.#spool.bytes,
      spoolBound: this.#options.spool.bound,
      spoolFailure: this.#spool.failure,
      lastCommitAt: this.#lastCommitAt,
    };
  }

  takeSamples(): CollectorSamples {
    const samples = this.#samples;
    this.#samples = { batchSizes: [], batchMs: [], lagMs: [] };
    return samples;
  }

  /** Writes what is left and closes the archive. What cannot be written goes to the spool, for the next start. */
  [Symbol.dispose](): void {
    this.#flushNow();
    clearTimeout(this.#timer);
    for (const waiting of this.#queue.splice(0)) this.#keep(waiting);
    // What found no room in the spool is back in the queue.
    this.counts.dropped += this.#queue.length;
    this.#spool[Symbol.dispose]();
    this.counts.dropped += this.#spool.unwritten;
    this.#waiting?.resolve();
    this.#store[Symbol.dispose]();
  }

  /** Into the spool; where that has no room, into the queue as long as the sockets wait; else it is dropped. */
  #keep(waiting: Row): void {
    if (this.#spool.append(waiting)) {
      if (!this.#ending) this.#flushIn(BATCH_MS);
      return;
    }
    // Each connection may bring one more line before it heeds `room`, and what waits in a spool must come first.
    if (!this.#spool.active && !this.#isPatienceOver()) return void this.#queue.push(waiting);
    this.counts.dropped++;
    this.#options.dropped?.(waiting.event, waiting.receivedAt);
  }

  #isPatienceOver(): boolean {
    return this.#fullSince !== undefined &&
      Date.now() - this.#fullSince >= (this.#options.spool.patienceMs ?? PATIENCE_MS);
  }

  /** How many of the queue are not under way. */
  get #waitingRows(): number {
    return this.#queue.length - this.#handedOver;
  }

  /** Has everything that waits stored, unless there is trouble. */
  #flushNow(): void {
    this.#store.settle();
    while (!this.#store.failure && this.#queue.length > 0) {
      this.#flush();
      this.#store.settle();
    }
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#flush(), ms);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = true;
    this.#store.flush();
  }

  /** The queue first, then what lies in the spool. Behind what is under way only a batch that is worth it. */
  #next(isUnderWay: boolean): Work | undefined {
    const waiting = this.#waitingRows;
    if (waiting >= BATCH_ROWS || waiting > 0 && !isUnderWay) {
      const rows = this.#queue.slice(this.#handedOver, this.#handedOver + MOST_ROWS);
      this.#handedOver += rows.length;
      this.#isDue = this.#waitingRows > 0;
      return { rows };
    }
    return isUnderWay ? undefined : this.#spooled();
  }

  #spooled(): Work | undefined {
    const lines = this.#spool.read(SPOOL_ROWS);
    const last = lines.at(-1);
    if (!last) return undefined;
    const { name } = this.#spool;
    const rows = lines.flatMap(({ line, receivedAt, upto }) => {
      const reading = readLine(line);
      return reading.kind === "chat"
        ? [{ event: reading.event, receivedAt, line, spooled: { name, upto } }]
        : [];
    });
    return { rows, spooled: { name, upto: last.upto } };
  }

  #stored({ rows, events, ms }: Stored): void {
    const now = Date.now();
    this.counts.stored += rows.length;
    this.#lastCommitAt = now;
    this.#sample(rows, ms, now);
    if (events.length > 0) this.#options.committed(events);
  }

  #ended({ rows, spooled }: Work, dealtWith: "all" | number): void {
    if (spooled) {
      const last = dealtWith === "all" ? spooled : rows[dealtWith - 1]?.spooled;
      if (last) this.#queue.push(...this.#spool.done(last.upto));
    } else {
      this.#handedOver -= rows.length;
      this.#queue.splice(0, dealtWith === "all" ? rows.length : dealtWith);
    }
    if (this.#hasRoom) this.#readOn();
    const waiting = this.#waitingRows;
    if (waiting >= BATCH_ROWS || waiting > 0 && this.#isDue) this.#flush();
    else if (waiting > 0) this.#flushIn(BATCH_MS);
    else if (this.#spool.active) this.#flushIn(0);
  }

  /** Whether one more line could be kept. What waits in a spool must come first: so then it is the spool's room. */
  get #hasRoom(): boolean {
    if (this.#spool.active) return this.#spool.hasRoom;
    return this.#queue.length < this.#options.bound ||
      this.#store.failure !== undefined && this.#spool.hasRoom;
  }

  #readOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #sample(batch: readonly Row[], ms: number, now: number): void {
    const { batchSizes, batchMs, lagMs } = this.#samples;
    if (batch.length === 0 || batchSizes.length >= 1_000) return;
    batchSizes.push(batch.length);
    batchMs.push(ms);
    const sentAt = batch[0]!.event.sentAt;
    if (sentAt !== undefined) lagMs.push(Math.max(0, now - sentAt));
  }
}
