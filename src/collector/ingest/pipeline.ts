/** From events to committed rows: the batch, the bounded queue before it, and what happens when the store fails. */
import type { ArchiveWriter } from "../../archive/archive.ts";
import type { ChatEvent, StoredEvent } from "../../chat/events.ts";
import { BATCH_ROWS, IngestQueue } from "./queue.ts";
import { dedupeKey, Deduplicator } from "./deduplicator.ts";
import type { CoverageNote } from "../../archive/coverage.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "../recorder.ts";
import type { Row } from "./row.ts";
import { OverflowFile } from "./overflow_file.ts";
import { type Batch, type Stored, WriteLoop } from "./write_loop.ts";
import type { TimeJudge } from "../time/judge.ts";

export interface OverflowOptions {
  path: string;
  bound: number;
  /** How long the sockets are left unread before messages are dropped. */
  patienceMs?: number;
}

export interface IngestPipelineOptions {
  time: TimeJudge;
  openWriter: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  /** Called after the commit, with the events of watched channels by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when the store fails and when it works again. */
  trouble: (reason: string | undefined) => void;
  /** Events that may wait for the store in memory. */
  bound?: number;
  /** The file beside the database, and how many bytes it may have; 0 = none: then the sockets are not read. */
  spool: OverflowOptions;
  /** Told of every event that found room nowhere, and of the monotonic moment at which it came. */
  dropped?: (event: ChatEvent, at: number) => void;
}

/** A batch goes out after so long, or when it is large enough. */
const BATCH_MS = 50;
/** While the store fails events wait in memory for so long, or until there are too many: then they go to the spool. */
const SPOOL_AFTER_MS = 1_000;
/**
 * Two large batches under way, and a third: with more than that, what waits grows old enough for the heap to be copied
 * about, and it is the server that is to wait.
 */
const BOUND = 6_000;
const SAMPLES_KEPT = 20;
const PATIENCE_MS = 20_000;

export class IngestPipeline implements Disposable {
  readonly counts: Counts = {
    received: 0,
    stored: 0,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    late: 0,
    protocol: 0,
  };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly #options: Required<Omit<IngestPipelineOptions, "dropped">> & IngestPipelineOptions;
  readonly #deduplicator = new Deduplicator();
  readonly #store: WriteLoop;
  readonly #spool: OverflowFile<Row>;
  readonly #backlog: IngestQueue;
  /** Fires when the oldest of the queue has waited long enough. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It has fired, and there was no room: the next batch does not wait. */
  #isDue = false;
  /** Monotonic. */
  #okSince: number;
  #lastCommitAt: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  #ending = false;
  /** Since when (monotonic), in trouble, neither the queue nor the spool has had room. */
  #fullSince: number | undefined;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell. */
  constructor(options: IngestPipelineOptions) {
    this.#options = { ...options, bound: options.bound ?? BOUND };
    this.#okSince = this.#ticks();
    this.#store = new WriteLoop({
      clock: options.time.clock,
      openWriter: options.openWriter,
      watched: options.watched,
      next: (isUnderWay) => this.#next(isUnderWay),
      stored: (stored) => this.#stored(stored),
      setAside: ({ line, receivedAt }, why) =>
        this.reject(line, `could not be stored: ${why}`, receivedAt, false),
      readmitted: (rows) => {
        this.counts.rejected -= rows;
        this.counts.stored += rows;
      },
      ended: (work, dealtWith) => this.#ended(work, dealtWith),
      trouble: (reason) => {
        if (reason === undefined) this.#okSince = this.#ticks();
        options.trouble(reason);
      },
      retrying: () => {
        this.#spool.sync();
        this.#spoolInTrouble();
        if (this.#backlog.hasRoom || this.#backpressureExpired) this.#readOn();
      },
    });
    const stored = this.#store.writer.spooled();
    this.#spool = new OverflowFile(
      options.spool.path,
      options.spool.bound,
      (name) => stored?.name === name ? stored.upto : 0,
    );
    this.#backlog = new IngestQueue(this.#options.bound, this.#spool);
    if (this.#spool.active) this.#flushIn(0);
  }

  /**
   * For what must come after everything that was said before: what becomes of a channel.
   * @throws AppError unavailable while the store fails
   */
  get writer(): ArchiveWriter {
    this.#flushNow();
    return this.#store.writer;
  }

  /** For what has nothing to do with what waits to be stored. @throws AppError unavailable while the store fails */
  get store(): ArchiveWriter {
    return this.#store.writer;
  }

  /** Notes what is heard; see `CoverageTracker`. */
  listen(note: CoverageNote, done: (error?: unknown) => void): void {
    let writer: ArchiveWriter;
    try {
      writer = this.store;
    } catch (error) {
      return done(error);
    }
    writer.listenLater(note.changes, note.knownAt, note.anew, done);
  }

  /** Whether some of what was said before lies in the spool. */
  get spooling(): boolean {
    return this.#spool.active;
  }

  /** False where it was recognised as a double. @param at when it came, monotonic */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = dedupeKey(event, line);
    if (key !== undefined && this.#deduplicator.seen(key, event.channel)) {
      this.counts.duplicates++;
      return false;
    }
    if (!this.#backlog.hasRoom && this.#backpressureExpired) {
      this.counts.dropped++;
      this.#options.dropped?.(event, at);
      return true;
    }
    this.#backlog.push({ event, line, receivedAt: this.#options.time.receivedAt(at, event.sentAt) });
    this.#spoolInTrouble();
    if (this.#backlog.waiting >= BATCH_ROWS && !this.#store.isBusy) this.#flush();
    else this.#flushIn(BATCH_MS);
    return true;
  }

  /** A line that came on another connection as well. */
  double(): void {
    this.counts.received++;
    this.counts.duplicates++;
  }

  /** Whether this was taken lately, be it committed or not. */
  heard(event: ChatEvent, line: string): boolean {
    const key = dedupeKey(event, line);
    return key !== undefined && this.#deduplicator.has(key, event.channel);
  }

  reject(line: string, why: string, at: number, isChat = true): void {
    if (isChat) this.counts.received++;
    this.counts.rejected++;
    this.rejectedSamples.unshift({ at, why, line: line.slice(0, 500) });
    this.rejectedSamples.length = Math.min(this.rejectedSamples.length, SAMPLES_KEPT);
  }

  /** Nothing is written from now on, for this reason, and what comes waits; undefined = it may be again. */
  bar(reason: string | undefined): void {
    this.#store.bar(reason);
  }

  /** Waits until nothing is under way: what is committed from now on is announced as it is wanted now. */
  settle(): void {
    this.#store.settle();
  }

  /**
   * While there is no room the sockets are not read: what Twitch keeps for us meanwhile is not lost. It would cut us off
   * before long, so where there is trouble they are read again after a while, and what comes is dropped and counted.
   */
  whenWritable(): Promise<void> | undefined {
    if (this.#backlog.hasRoom || this.#ending) {
      this.#fullSince = undefined;
      return undefined;
    }
    if (this.#store.failure) this.#fullSince ??= this.#ticks();
    if (this.#backpressureExpired) return undefined;
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
      since: this.#options.time.epochOf(failure?.since ?? this.#okSince),
      queue: this.#backlog.length,
      queueBound: this.#options.bound,
      spooledBytes: this.#spool.bytes,
      spoolBound: this.#options.spool.bound,
      spoolFailure: this.#spool.failure,
      lastCommitAt: this.#lastCommitAt,
    };
  }

  /** Up to when (epoch) nothing that was received would be lost if the program were killed now. */
  safeUpto(): number {
    const { time } = this.#options;
    const now = time.now();
    const fullSince = this.#fullSince === undefined ? now : time.epochOf(this.#fullSince);
    return Math.min(now, this.#backlog.unsafeSince ?? now, fullSince);
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
    this.counts.dropped += this.#backlog.close();
    this.#waiting?.resolve();
    this.#store[Symbol.dispose]();
  }

  get #backpressureExpired(): boolean {
    const { bound, patienceMs = PATIENCE_MS } = this.#options.spool;
    return bound > 0 && this.#fullSince !== undefined && this.#ticks() - this.#fullSince >= patienceMs;
  }

  /** The present moment of the monotonic clock. */
  #ticks(): number {
    return this.#options.time.clock.monotonicMs();
  }

  #spoolInTrouble(): void {
    const { failure } = this.#store;
    if (!failure) return;
    if (!this.#backlog.hasRoom || this.#ticks() - failure.since >= SPOOL_AFTER_MS) this.#backlog.toSpool();
  }

  /** Has everything that waits in memory stored, unless there is trouble or it has to come behind a spool. */
  #flushNow(): void {
    this.#store.settle();
    while (!this.#store.failure && this.#backlog.waiting > 0 && !this.#spool.active) {
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

  #next(isUnderWay: boolean): Batch | undefined {
    const work = this.#backlog.next(isUnderWay);
    if (work && !work.spooled) this.#isDue = this.#backlog.waiting > 0;
    return work;
  }

  #stored({ rows, repeated, events, ms }: Stored): void {
    const now = this.#options.time.now();
    this.counts.stored += rows.length - repeated;
    this.counts.duplicates += repeated;
    this.#lastCommitAt = now;
    this.#sample(rows, ms, now);
    if (events.length > 0) this.#options.committed(events);
  }

  #ended(work: Batch, dealtWith: "all" | number): void {
    this.#backlog.ended(work, dealtWith);
    this.#spoolInTrouble();
    if (this.#backlog.hasRoom) this.#readOn();
    const { waiting } = this.#backlog;
    if (this.#spool.active || work.spooled) this.#flushIn(0);
    else if (waiting >= BATCH_ROWS || waiting > 0 && this.#isDue) this.#flush();
    else if (waiting > 0) this.#flushIn(BATCH_MS);
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
