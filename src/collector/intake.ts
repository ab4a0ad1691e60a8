/** From events to committed rows: the batch, the bounded queue before it, and what happens when the store fails. */
import {
  type AppendOutcome,
  type AppendResult,
  type ArchiveWriter,
  type SpoolPosition,
  UnavailableError,
} from "../archive/archive.ts";
import type { ChatEvent, Received, StoredEvent } from "../chat/events.ts";
import { doubleKey, Doubles } from "./doubles.ts";
import { readLine } from "../irc/read.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "./recorder.ts";
import { Spool } from "./spool.ts";

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

/** An event on its way, with the line that a spool would keep. */
interface Waiting extends Received {
  line: string;
}

/** Events that were read from the spool, or are the first of the queue. */
interface Work {
  rows: Waiting[];
  /** Where the spool was read up to, where they are from there. */
  spooled?: SpoolPosition;
  startedAt: number;
}

/** A batch goes out when it has so many rows, or after so long. */
const BATCH_ROWS = 200;
const BATCH_MS = 50;
/** What has come in while a batch was under way goes into the next one, up to so many: batches follow the load. */
const MOST_ROWS = 2_000;
/** Lines of a spool that are read at once. */
const SPOOL_ROWS = 1_000;
const MOST_WORKS = 2;
const SAMPLES_KEPT = 20;
const PATIENCE_MS = 20_000;
const RETRY_MS = { first: 100, most: 5_000 };
/** How often it is looked whether the file is still there; what was not counted yet is counted then. */
const UPKEEP_MS = 3_000;

export class Intake implements Disposable {
  readonly counts: Counts = { received: 0, stored: 0, doubles: 0, rejected: 0, dropped: 0, protocol: 0 };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly #options: Required<Omit<IntakeOptions, "dropped">> & IntakeOptions;
  readonly #doubles = new Doubles();
  #writer: ArchiveWriter;
  readonly #spool: Spool;
  #queue: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the writer is at, and what it does right after: then it need not wait for us in between. */
  readonly #works: Work[] = [];
  /** How many of the queue's first are in those. */
  #handedOver = 0;
  #isFlushing = false;
  /** The batch after the one under way is not to wait. */
  #isDue = false;
  /** `isHalted` until it is time to try again. */
  #failing: { reason: string; since: number; retryMs: number; isHalted: boolean } | undefined;
  #okSince = Date.now();
  #lastCommitAt: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  #ending = false;
  /** Since when neither the queue nor the spool has room. */
  #fullSince: number | undefined;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };
  readonly #upkeeping: ReturnType<typeof setInterval>;

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell. */
  constructor(options: IntakeOptions) {
    this.#options = { bound: 10_000, ...options };
    this.#writer = options.openWriter();
    const stored = this.#writer.spooled();
    this.#spool = new Spool(
      options.spool.path,
      options.spool.bound,
      (name) => stored?.name === name ? stored.upto : 0,
    );
    if (this.#spool.active) this.#timer = setTimeout(() => this.#flush());
    this.#upkeeping = setInterval(() => this.#upkeep(), UPKEEP_MS);
  }

  /**
   * For what must come after everything that was said before: what becomes of a channel.
   * @throws UnavailableError while the store fails
   */
  get writer(): ArchiveWriter {
    this.#flushNow();
    return this.store;
  }

  /** For what has nothing to do with what waits to be stored. @throws UnavailableError while the store fails */
  get store(): ArchiveWriter {
    if (this.#failing) throw new UnavailableError(`the archive cannot be written: ${this.#failing.reason}`);
    return this.#writer;
  }

  /** False where it was recognised as a double. */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = doubleKey(event, line);
    if (key !== undefined && this.#doubles.seen(key)) {
      this.counts.doubles++;
      return false;
    }
    const isFull = this.#failing && this.#queue.length >= this.#options.bound &&
      this.#options.spool.bound > 0;
    if (isFull || this.#spool.active) {
      this.#keep({ event, receivedAt: at, line });
      return true;
    }
    this.#queue.push({ event, receivedAt: at, line });
    if (this.#failing) return true;
    if (this.#waitingRows >= BATCH_ROWS && this.#works.length < MOST_WORKS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
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
    this.#writer.settle();
  }

  /**
   * While the queue is full the sockets are not read, unless the archive is in trouble and the spool has room: what
   * Twitch keeps for us meanwhile is not lost. It would cut us off before long, so where there is trouble they are read
   * again after a while, and what comes is dropped and counted.
   */
  room(): Promise<void> | undefined {
    const hasRoom = this.#queue.length < this.#options.bound || this.#failing && this.#spool.hasRoom;
    if (hasRoom || this.#ending) {
      this.#fullSince = undefined;
      return undefined;
    }
    if (this.#failing) this.#fullSince ??= Date.now();
    if (this.#options.spool.bound > 0 && this.#isPatienceOver()) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  /** The sockets are about to be closed: none is kept waiting any more, since it could not be closed then. */
  ending(): void {
    this.#ending = true;
    this.#readOn();
  }

  status(): WriterStatus {
    return {
      state: this.#failing ? "failing" : "ok",
      reason: this.#failing?.reason,
      since: this.#failing?.since ?? this.#okSince,
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
    clearInterval(this.#upkeeping);
    this.#flushNow();
    clearTimeout(this.#timer);
    for (const waiting of this.#queue.splice(0)) this.#keep(waiting);
    // What found no room in the spool is back in the queue.
    this.counts.dropped += this.#queue.length;
    this.#spool[Symbol.dispose]();
    this.counts.dropped += this.#spool.unwritten;
    this.#waiting?.resolve();
    try {
      this.#writer[Symbol.dispose]();
    } catch (error) {
      // What it could not write at the end is derived, and is counted again at the next start.
      if (!(error instanceof UnavailableError)) throw error;
    }
  }

  /** Into the spool; where that has no room, into the queue as long as the sockets wait; else it is dropped. */
  #keep(waiting: Waiting): void {
    if (this.#spool.append(waiting.receivedAt, waiting.line)) return;
    // Each connection may bring one more line before it heeds `room`, and what waits in a spool must come first.
    if (!this.#spool.active && !this.#isPatienceOver()) return void this.#queue.push(waiting);
    this.counts.dropped++;
    this.#options.dropped?.(waiting.event, waiting.receivedAt);
  }

  #isPatienceOver(): boolean {
    return this.#fullSince !== undefined &&
      Date.now() - this.#fullSince >= (this.#options.spool.patienceMs ?? PATIENCE_MS);
  }

  /** Hands everything that waits to the writer and waits for it, unless there is trouble. */
  #flushNow(): void {
    this.#writer.settle();
    while (!this.#failing && this.#queue.length > 0) {
      this.#flush();
      this.#writer.settle();
    }
  }

  /** How many of the queue are not handed over. */
  get #waitingRows(): number {
    return this.#queue.length - this.#handedOver;
  }

  /** Hands over what waits, as far as the writer may have it: the queue first, then what lies in the spool. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = true;
    // With a writer that is done at once, the first batch brings the others.
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    while (this.#works.length < MOST_WORKS && !this.#failing?.isHalted) {
      const work = this.#nextWork();
      if (!work) break;
      this.#works.push(work);
      if (!work.spooled) this.#handedOver += work.rows.length;
      this.#writer.appendLater(
        work.rows,
        this.#options.watched,
        work.spooled,
        (outcome) => this.#done(work, outcome),
      );
      // The sockets have their turn between two stretches of the spool.
      if (work.spooled) break;
    }
    if (this.#waitingRows === 0) this.#isDue = false;
    this.#isFlushing = false;
  }

  #nextWork(): Work | undefined {
    const startedAt = performance.now();
    const waiting = this.#waitingRows;
    const isUnderWay = this.#works.length > 0;
    if (waiting >= BATCH_ROWS || waiting > 0 && !isUnderWay) {
      return { rows: this.#queue.slice(this.#handedOver, this.#handedOver + MOST_ROWS), startedAt };
    }
    const lines = isUnderWay ? [] : this.#spool.read(SPOOL_ROWS);
    const last = lines.at(-1);
    if (!last) return undefined;
    const rows = lines.flatMap(({ line, receivedAt }) => {
      const reading = readLine(line);
      return reading.kind === "chat" ? [{ event: reading.event, receivedAt, line }] : [];
    });
    return { rows, spooled: { name: this.#spool.name, upto: last.upto }, startedAt };
  }

  #done(work: Work, outcome: AppendOutcome): void {
    this.#works.shift();
    if (!work.spooled) this.#handedOver -= work.rows.length;
    // It is still in the queue, behind the one that failed.
    if (!outcome.ok && "skipped" in outcome) return;
    if (outcome.ok) this.#stored(work, outcome);
    else if (outcome.error instanceof UnavailableError) return this.#fail(outcome.error.message);
    else if (!this.#storeEach(work)) return;
    if (work.spooled) this.#spool.done(work.spooled.upto);
    else this.#queue.splice(0, work.rows.length);
    this.#recovered();
    const waiting = this.#waitingRows;
    if (waiting >= BATCH_ROWS || waiting > 0 && this.#isDue) this.#flush();
    else if (waiting > 0) this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
    else if (this.#spool.active) this.#timer ??= setTimeout(() => this.#flush());
  }

  #stored({ rows, startedAt }: Work, { events }: AppendResult): void {
    const now = Date.now();
    this.counts.stored += rows.length;
    this.#lastCommitAt = now;
    this.#sample(rows, performance.now() - startedAt, now);
    if (events.length > 0) this.#options.committed(events);
  }

  /** A row that cannot be stored must not keep the others out. False where the store failed on the way. */
  #storeEach({ rows, spooled }: Work): boolean {
    for (const [done, row] of rows.entries()) {
      try {
        this.#storeOrSetAside(row);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        if (!spooled) this.#queue.splice(0, done);
        this.#fail(error.message);
        return false;
      }
    }
    // A crash between the rows and their position would store some of them twice: rare upon rare.
    if (spooled) this.#writer.append([], new Set(), spooled);
    return true;
  }

  /** @throws UnavailableError */
  #storeOrSetAside(row: Waiting): void {
    const startedAt = performance.now();
    try {
      this.#stored({ rows: [row], startedAt }, this.#writer.append([row], this.#options.watched));
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      this.#writer.quarantine(row, why);
      this.reject(row.line, `could not be stored: ${why}`, row.receivedAt, false);
    }
  }

  #fail(reason: string): void {
    if (!this.#failing) this.#options.trouble(reason);
    const retryMs = Math.min(RETRY_MS.most, (this.#failing?.retryMs ?? RETRY_MS.first / 2) * 2);
    this.#failing = { reason, since: this.#failing?.since ?? Date.now(), retryMs, isHalted: true };
    this.#isDue = false;
    // A batch that waits for its time would go into a file that was moved away.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), retryMs);
  }

  #retry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spool.sync();
    if (this.#spool.hasRoom || this.#options.spool.bound > 0 && this.#isPatienceOver()) this.#readOn();
    try {
      if (!this.#writer.attached()) this.#reopen();
      if (this.#queue.length === 0) {
        this.#writer.flushCounters();
        this.#recovered();
      }
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error));
    }
    if (this.#failing) this.#failing.isHalted = false;
    this.#flush();
  }

  /** The file at the path is another one now: what is open leads nowhere. */
  #reopen(): void {
    const old = this.#writer;
    this.#writer = this.#options.openWriter();
    old[Symbol.dispose]();
  }

  #recovered(): void {
    if (this.#failing) {
      this.#failing = undefined;
      this.#okSince = Date.now();
      this.#options.trouble(undefined);
    }
    if (this.#queue.length < this.#options.bound) this.#readOn();
  }

  #readOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #upkeep(): void {
    if (this.#failing) return;
    try {
      if (!this.#writer.attached()) return this.#fail("the database file was moved, deleted or replaced");
      this.#writer.flushCounters();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #sample(batch: Received[], ms: number, now: number): void {
    const { batchSizes, batchMs, lagMs } = this.#samples;
    if (batch.length === 0 || batchSizes.length >= 1_000) return;
    batchSizes.push(batch.length);
    batchMs.push(ms);
    const sentAt = batch[0]!.event.sentAt;
    if (sentAt !== undefined) lagMs.push(Math.max(0, now - sentAt));
  }
}
