/**
 * Rows on their way into the archive: the bounded queue, the overflow file that takes what the archive cannot, when a
 * batch goes out, and when a failing archive is tried again.
 */
import type { ArchiveWriter } from "../../archive/writer.ts";
import type { WriterStatus } from "../recorder.ts";
import type { TimeJudge } from "../time/judge.ts";
import { Backpressure } from "./backpressure.ts";
import { type BatchListener, type BatchResult, BatchWriter } from "./batch_writer.ts";
import { CurrentWriter } from "./current_writer.ts";
import { OverflowFile, type OverflowOptions } from "./overflow_file.ts";
import { type Batch, BATCH_ROWS, IngestQueue } from "./queue.ts";
import type { Row, RowParts } from "./row.ts";
import { StoreHealth } from "./store_health.ts";

export interface WriteLoopListener extends BatchListener {
  /** The store fails, or works again. */
  trouble(reason: string | undefined): void;
}

export interface WriteLoopOptions {
  time: TimeJudge;
  openWriter: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  /** Rows in memory. */
  bound?: number;
  overflow: OverflowOptions;
  listener: WriteLoopListener;
}

/** A batch goes out after so long, or when it is large enough. */
const BATCH_MS = 50;
/** While the store fails rows wait in memory for so long, or until there are too many: then they go to the overflow file. */
const OVERFLOW_AFTER_MS = 1_000;
const PATIENCE_MS = 20_000;
/** How often it is looked whether the file is still there; what was not counted yet is counted then. */
const MAINTENANCE_MS = 3_000;

export class WriteLoop {
  readonly #options: WriteLoopOptions;
  readonly #current: CurrentWriter;
  readonly #health: StoreHealth;
  readonly #batches: BatchWriter;
  readonly #overflow: OverflowFile<Row>;
  readonly #queue: IngestQueue;
  readonly #backpressure: Backpressure;
  #isHandingOver = false;
  /** Fires when the oldest of the queue has waited long enough. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It has fired, and there was no room: the next batch does not wait. */
  #isDue = false;
  readonly #maintaining: ReturnType<typeof setInterval>;

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell */
  constructor(options: WriteLoopOptions) {
    const { time, overflow: { path, bound, patienceMs = PATIENCE_MS } } = options;
    this.#options = options;
    this.#health = new StoreHealth({
      clock: time.clock,
      retry: () => this.#retry(),
      changed: (reason) => options.listener.trouble(reason),
    });
    this.#current = new CurrentWriter(options.openWriter);
    this.#batches = new BatchWriter(this.#current, options.watched, options.listener);
    const stored = this.#current.writer.overflowPosition();
    this.#overflow = new OverflowFile(path, bound, (name) => stored?.name === name ? stored.upto : 0);
    this.#queue = new IngestQueue(this.#overflow, options.bound);
    this.#backpressure = new Backpressure(time.clock, bound > 0 ? patienceMs : Infinity);
    this.#maintaining = setInterval(() => this.#maintain(), MAINTENANCE_MS);
    if (this.#overflow.active) this.#flushIn(0);
  }

  /** For what has nothing to do with what waits to be stored. @throws AppError unavailable while the store fails */
  get writer(): ArchiveWriter {
    this.#health.check();
    return this.#current.writer;
  }

  /**
   * For what must come after everything that was said before: what becomes of a channel.
   * @throws AppError unavailable while the store fails
   */
  flushedWriter(): ArchiveWriter {
    this.#flushAll();
    return this.writer;
  }

  /** Whether earlier messages wait in the overflow file. */
  get isOverflowing(): boolean {
    return this.#overflow.active;
  }

  /** There has been no room for so long that what comes is to be dropped. */
  get mustDrop(): boolean {
    return !this.#queue.hasRoom && this.#backpressure.isExpired;
  }

  push(parts: RowParts): void {
    this.#queue.push(parts);
    this.#overflowInTrouble();
    if (this.#queue.waiting >= BATCH_ROWS && this.#batches.hasRoom) this.#flush();
    else this.#flushIn(BATCH_MS);
  }

  /** Resolves when more lines can be taken; `undefined` when they can be taken now. */
  whenWritable(): Promise<void> | undefined {
    return this.#backpressure.wait(this.#queue.hasRoom, this.#health.failure !== undefined);
  }

  /** The sockets are about to be closed: none is kept waiting any more, since it could not be closed then. */
  ending(): void {
    this.#backpressure.end();
  }

  /** Nothing is written from now on, for this reason, and what comes waits; undefined = it may be again. */
  bar(reason: string | undefined): void {
    this.#health.bar(reason);
  }

  /** Waits until nothing is under way: what is committed from now on is announced as it is wanted now. */
  settle(): void {
    this.#current.writer.settle();
  }

  status(): Omit<WriterStatus, "lastCommitAt"> {
    const { failure, since } = this.#health;
    return {
      state: failure ? "failing" : "ok",
      reason: failure?.reason,
      since: this.#options.time.epochOf(since),
      ...this.#queue.status(),
    };
  }

  /** Up to when (epoch) nothing that was received would be lost if the program were killed now. */
  safeUpto(): number {
    const { time } = this.#options;
    const now = time.now();
    const { fullSince } = this.#backpressure;
    return Math.min(
      now,
      this.#queue.unsafeSince ?? now,
      fullSince === undefined ? now : time.epochOf(fullSince),
    );
  }

  /**
   * Writes the remaining rows and closes the archive. Rows that cannot be written go to the overflow file, for the next start.
   * @returns how many rows found no room there, and are lost
   */
  close(): number {
    this.#flushAll();
    clearTimeout(this.#timer);
    const lost = this.#queue.close();
    this.#backpressure.release();
    clearInterval(this.#maintaining);
    this.#health[Symbol.dispose]();
    this.#current[Symbol.dispose]();
    return lost;
  }

  #overflowInTrouble(): void {
    const { failure } = this.#health;
    const isLong = failure && this.#options.time.clock.monotonicMs() - failure.since >= OVERFLOW_AFTER_MS;
    if (isLong || failure && !this.#queue.hasRoom) this.#queue.toOverflow();
  }

  /** Has everything that waits in memory stored, unless there is trouble or it has to come behind the overflow file. */
  #flushAll(): void {
    this.settle();
    while (!this.#health.failure && this.#queue.waiting > 0 && !this.#overflow.active) {
      this.#flush();
      this.settle();
    }
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#flush(), ms);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = true;
    this.#handOver();
  }

  /** Hands over what is to be stored, as far as it is taken, unless it has to wait for a retry. */
  #handOver(): void {
    // With a writer that is done at once, the first batch brings the others.
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      while (this.#batches.hasRoom && !this.#health.isPausing) {
        const batch = this.#queue.next(!this.#batches.isIdle);
        if (!batch) return;
        if (!batch.overflowPosition) this.#isDue = this.#queue.waiting > 0;
        this.#batches.write(batch, (result) => this.#done(batch, result));
        // The sockets have their turn between two stretches of the overflow file.
        if (batch.overflowPosition) return;
      }
    } finally {
      this.#isHandingOver = false;
    }
  }

  #done(batch: Batch, { dealtWith, trouble }: BatchResult): void {
    if (dealtWith === "all") this.#health.recovered();
    else if (trouble !== undefined) this.#health.fail(trouble);
    this.#queue.ended(batch, dealtWith);
    this.#overflowInTrouble();
    const { waiting, hasRoom } = this.#queue;
    if (hasRoom) this.#backpressure.release();
    if (this.#overflow.active || batch.overflowPosition) this.#flushIn(0);
    else if (waiting >= BATCH_ROWS || waiting > 0 && this.#isDue) this.#flush();
    else if (waiting > 0) this.#flushIn(BATCH_MS);
  }

  #retry(): void {
    this.#overflow.sync();
    this.#overflowInTrouble();
    if (this.#queue.hasRoom || this.#backpressure.isExpired) {
      this.#backpressure.release();
    }
    if (this.#health.barred !== undefined) return this.#health.fail(this.#health.barred);
    this.#try(() => {
      this.#current.reattach();
      this.#handOver();
      // Where nothing waits to be stored, this shows whether it could be.
      if (!this.#health.failure || this.#health.isPausing || !this.#batches.isIdle) return;
      this.#current.writer.flushCounters();
      this.#health.recovered();
    });
  }

  /** While batches come the writer looks after this itself, and need not be waited for. */
  #maintain(): void {
    if (!this.#health.failure && this.#batches.isIdle) this.#try(() => this.#current.maintain());
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#health.fail(error instanceof Error ? error.message : String(error));
    }
  }
}
