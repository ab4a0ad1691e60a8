/** Moves rows from the bounded queue, or the overflow file, into the archive in batches, and retries a failing archive. */
import { messageOf } from "../../chat/errors.ts";
import type { ArchiveWriter } from "../../archive/writer.ts";
import type { WriterStatus } from "../recorder.ts";
import type { TimeJudge } from "../time/judge.ts";
import { Backpressure } from "./backpressure.ts";
import { type BatchListener, type BatchResult, BatchWriter } from "./batch_writer.ts";
import { CurrentWriter } from "./current_writer.ts";
import { OverflowFile, type OverflowOptions } from "./overflow_file.ts";
import { type Batch, BATCH_ROWS, IngestQueue } from "./queue.ts";
import type { Row } from "./row.ts";
import { StoreHealth } from "./store_health.ts";

export interface WriteLoopListener extends BatchListener {
  /** Called when the store fails, with the reason, and when it works again. */
  healthChanged(reason: string | undefined): void;
}

export interface WriteLoopOptions {
  time: TimeJudge;
  openWriter: () => ArchiveWriter;
  /** Ids of the watched channels. */
  watched: ReadonlySet<number>;
  /** Maximum number of rows in memory. */
  bound?: number;
  overflow: OverflowOptions;
  listener: WriteLoopListener;
}

/** A batch is handed over after this time, or when it is large enough. */
const BATCH_MS = 50;
/** After failing for this time, or with a full queue, rows in memory go to the overflow file. */
const OVERFLOW_AFTER_MS = 1_000;
const PATIENCE_MS = 20_000;
/** How often the idle loop checks that the file is still there, and writes counters. */
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
  /** Fires when the oldest row of the queue has waited long enough. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it has fired without room for a batch: the next batch does not wait. */
  #isDue = false;
  readonly #maintaining: ReturnType<typeof setInterval>;

  /** Opens the archive. @throws what `openWriter` throws */
  constructor(options: WriteLoopOptions) {
    const { time, overflow: { path, bound, patienceMs = PATIENCE_MS } } = options;
    this.#options = options;
    this.#health = new StoreHealth({
      clock: time.clock,
      retry: () => this.#retry(),
      changed: (reason) => options.listener.healthChanged(reason),
    });
    this.#current = new CurrentWriter(options.openWriter);
    this.#batches = new BatchWriter(this.#current, options.watched, options.listener);
    const stored = this.#current.writer.overflowPosition();
    this.#overflow = new OverflowFile(path, bound, (name) => stored?.name === name ? stored.offset : 0);
    this.#queue = new IngestQueue(this.#overflow, options.bound);
    const patience = bound > 0 ? patienceMs : Infinity;
    this.#backpressure = new Backpressure(time.clock, patience, () => this.#health.failure !== undefined);
    this.#maintaining = setInterval(() => this.#maintain(), MAINTENANCE_MS);
    if (this.#overflow.active) this.#flushIn(0);
  }

  /** For calls that do not depend on waiting rows. @throws AppError unavailable while the store fails */
  get writer(): ArchiveWriter {
    this.#health.check();
    return this.#current.writer;
  }

  /**
   * Stores waiting rows first. For calls that must follow them, such as changes of a channel.
   * @throws AppError unavailable while the store fails
   */
  flushedWriter(): ArchiveWriter {
    this.#flushAll();
    return this.writer;
  }

  /** Whether rows wait in the overflow file. */
  get isOverflowing(): boolean {
    return this.#overflow.active;
  }

  /** Whether new rows must be dropped, because there has been no room for too long. */
  get mustDrop(): boolean {
    return !this.#queue.hasRoom && this.#backpressure.isExpired;
  }

  /** Since when (monotonic) the queue has been full. */
  get fullSince(): number | undefined {
    return this.#backpressure.fullSince;
  }

  push(row: Row): void {
    this.#queue.push(row);
    this.#overflowIfFailing();
    if (this.#queue.waiting >= BATCH_ROWS && this.#batches.hasRoom) this.#flush();
    else this.#flushIn(BATCH_MS);
  }

  /** Resolves when more lines can be taken; `undefined` if they can be taken now. */
  whenWritable(): Promise<void> | undefined {
    return this.#backpressure.wait(this.#queue.hasRoom);
  }

  /** Called before sockets are closed: ends back-pressure, because a waiting socket cannot be closed. */
  ending(): void {
    this.#backpressure.end();
  }

  /** Suspends writing for this reason, so that rows wait; `undefined` resumes it. */
  suspend(reason: string | undefined): void {
    this.#health.suspend(reason);
  }

  /** Waits until no batch is in flight. Later batches are announced to the present set of watched channels. */
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

  /** The time (epoch) before which no received row would be lost if the program were killed now. */
  safeUntil(): number {
    const { time } = this.#options;
    const fullAt = this.fullSince === undefined ? Infinity : time.epochOf(this.fullSince);
    return Math.min(time.now(), this.#queue.unsafeSince ?? Infinity, fullAt);
  }

  /**
   * Writes the remaining rows and closes the archive. Rows that cannot be written go to the overflow file.
   * @returns the number of rows that did not fit there, and are lost
   */
  close(): number {
    this.#flushAll();
    clearTimeout(this.#timer);
    const lost = this.#queue.close();
    this.#backpressure.release(false);
    clearInterval(this.#maintaining);
    this.#health[Symbol.dispose]();
    this.#current[Symbol.dispose]();
    return lost;
  }

  #overflowIfFailing(): void {
    const { failure } = this.#health;
    const isLong = failure && this.#options.time.clock.monotonicMs() - failure.since >= OVERFLOW_AFTER_MS;
    if (isLong || failure && !this.#queue.hasRoom) this.#queue.toOverflow();
  }

  /** Stores all rows in memory, unless the store fails or they must wait for the overflow file. */
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

  /** Hands over as many batches as the writer takes, unless a retry is scheduled. */
  #handOver(): void {
    // A synchronous writer calls #done during write: this loop then hands over the next batch.
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      while (this.#batches.hasRoom && !this.#health.isPausing) {
        const batch = this.#queue.next(!this.#batches.isIdle);
        if (!batch) return;
        if (!batch.overflowPosition) this.#isDue = this.#queue.waiting > 0;
        this.#batches.write(batch, (result) => this.#done(batch, result));
        // Lets the sockets be read between two batches of the overflow file.
        if (batch.overflowPosition) return;
      }
    } finally {
      this.#isHandingOver = false;
    }
  }

  #done(batch: Batch, { handled, failure }: BatchResult): void {
    if (handled === "all") this.#health.recovered();
    else if (failure !== undefined) this.#health.fail(failure);
    this.#queue.ended(batch, handled);
    this.#overflowIfFailing();
    const { waiting, hasRoom } = this.#queue;
    if (hasRoom) this.#backpressure.release(true);
    if (this.#overflow.active || batch.overflowPosition) this.#flushIn(0);
    else if (waiting >= BATCH_ROWS || waiting > 0 && this.#isDue) this.#flush();
    else if (waiting > 0) this.#flushIn(BATCH_MS);
  }

  #retry(): void {
    this.#overflow.sync();
    this.#overflowIfFailing();
    const { hasRoom } = this.#queue;
    if (hasRoom || this.#backpressure.isExpired) this.#backpressure.release(hasRoom);
    const { suspensionReason } = this.#health;
    if (suspensionReason !== undefined) return this.#health.fail(suspensionReason);
    this.#try(() => {
      this.#current.reattach();
      this.#handOver();
      // If no rows wait, this shows whether the archive can be written.
      if (!this.#health.failure || this.#health.isPausing || !this.#batches.isIdle) return;
      this.#current.writer.flushCounters();
      this.#health.recovered();
    });
  }

  /** With batches in flight the writer does this itself, and a call would wait for them. */
  #maintain(): void {
    if (!this.#health.failure && this.#batches.isIdle) this.#try(() => this.#current.maintain());
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#health.fail(messageOf(error));
    }
  }
}
