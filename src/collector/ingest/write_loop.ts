/**
 * The archive's writer, kept at work: two batches under way at most, trouble waited out with growing pauses, a row that
 * cannot be stored set aside.
 */
import {
  type AppendOutcome,
  type ArchiveWriter,
  DETACHED,
  type OverflowPosition,
} from "../../archive/archive.ts";
import type { StoredEvent } from "../../chat/events.ts";
import type { Clock } from "../../clock.ts";
import type { Row } from "./row.ts";
import { RowByRow } from "./row_by_row.ts";
import { AppError, isUnavailable } from "../../chat/errors.ts";

/** A batch. */
export interface Batch {
  rows: Row[];
  /** Where a spool was read up to, where the rows are from there. */
  spooled?: OverflowPosition;
}

export interface Stored {
  rows: readonly Row[];
  /** How many of them repeated what the archive has, and were not stored. */
  repeated: number;
  /** Those of watched channels. */
  events: StoredEvent[];
  /** From handing over to being told of the commit. */
  ms: number;
}

export interface WriteLoopOptions {
  clock: Clock;
  openWriter: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  /** What is to be stored next, and is under way from now on. */
  next: (isUnderWay: boolean) => Batch | undefined;
  stored: (stored: Stored) => void;
  /** A row could not be stored, and was put into the quarantine. */
  setAside: (row: Row, why: string) => void;
  /** So many rows of the quarantine were stored after all. */
  readmitted: (rows: number) => void;
  /** It is under way no more: all of it is dealt with, or so many of its rows, the first. */
  ended: (work: Batch, dealtWith: "all" | number) => void;
  /** Told when the store fails and when it works again. */
  trouble: (reason: string | undefined) => void;
  /** It is about to be tried again. */
  retrying: () => void;
}

/** The second is there when the first is done: then the writer's thread need not wait for us in between. */
const MAX_BATCHES = 2;
const RETRY_MS = { first: 100, most: 5_000 };
/** How often it is looked whether the file is still there; what was not counted yet is counted then. */
const MAINTENANCE_MS = 3_000;

export class WriteLoop implements Disposable {
  readonly #options: WriteLoopOptions;
  readonly #rowByRow: RowByRow;
  #writer: ArchiveWriter;
  /** The file was taken away, and none could be opened in its place yet. */
  #isClosed = false;
  #underWay = 0;
  #isFlushing = false;
  #failure: { reason: string; since: number; retryMs: number } | undefined;
  /** Why nothing may be written, whatever the store says. */
  #barred: string | undefined;
  /** Nothing is tried before this fires. */
  #retrying: ReturnType<typeof setTimeout> | undefined;
  readonly #upkeeping: ReturnType<typeof setInterval>;

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell */
  constructor(options: WriteLoopOptions) {
    this.#options = options;
    this.#writer = options.openWriter();
    this.#rowByRow = new RowByRow({ ...options, writer: () => this.#writer });
    this.#upkeeping = setInterval(() => this.#upkeep(), MAINTENANCE_MS);
  }

  /** Why the store fails, and since when (monotonic); `undefined` while it works. */
  get failure(): { reason: string; since: number } | undefined {
    return this.#failure;
  }

  /** Nothing is written from now on, for this reason; undefined = it may be again. */
  bar(reason: string | undefined): void {
    this.#barred = reason;
    if (reason !== undefined) this.#fail(reason);
  }

  get isBusy(): boolean {
    return this.#underWay >= MAX_BATCHES;
  }

  /** @throws AppError unavailable while the store fails */
  get writer(): ArchiveWriter {
    if (this.#failure) {
      throw new AppError("unavailable", `the archive cannot be written: ${this.#failure.reason}`);
    }
    return this.#writer;
  }

  /** Waits until nothing is under way. */
  settle(): void {
    this.#writer.settle();
  }

  /** Takes up what is to be stored, as far as there is room, unless it has to wait for a retry. */
  flush(): void {
    // With a writer that is done at once, the first batch brings the others.
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      while (!this.isBusy && this.#retrying === undefined && this.#handOver());
    } finally {
      this.#isFlushing = false;
    }
  }

  /** False where there is nothing more for now. */
  #handOver(): boolean {
    const work = this.#options.next(this.#underWay > 0);
    if (!work) return false;
    const { rows, spooled } = work;
    const startedAt = performance.now();
    this.#underWay++;
    this.#writer.appendLater(
      rows,
      this.#options.watched,
      spooled,
      (outcome) => this.#done(work, outcome, startedAt),
    );
    for (const row of rows) row.releaseEvent();
    // The sockets have their turn between two stretches of a spool.
    return !spooled;
  }

  /** Closes the archive. */
  [Symbol.dispose](): void {
    clearInterval(this.#upkeeping);
    clearTimeout(this.#retrying);
    try {
      this.#writer[Symbol.dispose]();
    } catch (error) {
      // What it could not write at the end is derived, and is counted again at the next start.
      if (!isUnavailable(error)) throw error;
    }
  }

  #done(work: Batch, outcome: AppendOutcome, startedAt: number): void {
    this.#underWay--;
    let dealtWith: "all" | number = 0;
    if (outcome.ok) {
      dealtWith = "all";
      if (work.rows.length > 0) this.#rowByRow.committed();
      const { events, repeated } = outcome;
      this.#options.stored({ rows: work.rows, repeated, events, ms: performance.now() - startedAt });
    } else if ("error" in outcome) {
      if (isUnavailable(outcome.error)) this.#fail(outcome.error.message);
      else dealtWith = this.#storeEach(work);
    }
    if (dealtWith === "all") this.#recovered();
    this.#options.ended(work, dealtWith);
  }

  /** Rows that cannot be stored must not keep the others out. Returns how many rows were dealt with. */
  #storeEach(work: Batch): "all" | number {
    // What was handed over behind this comes back untried: it must not go out again before all of this is done.
    const isFlushing = this.#isFlushing;
    this.#isFlushing = true;
    try {
      const { dealtWith, trouble } = this.#rowByRow.store(work);
      if (trouble !== undefined) this.#fail(trouble);
      return dealtWith;
    } finally {
      this.#isFlushing = isFlushing;
    }
  }

  #fail(reason: string): void {
    if (!this.#failure) this.#options.trouble(reason);
    const retryMs = Math.min(RETRY_MS.most, (this.#failure?.retryMs ?? RETRY_MS.first / 2) * 2);
    this.#failure = { reason, since: this.#failure?.since ?? this.#options.clock.monotonicMs(), retryMs };
    clearTimeout(this.#retrying);
    this.#retrying = setTimeout(() => this.#retry(), retryMs);
  }

  #retry(): void {
    this.#retrying = undefined;
    this.#options.retrying();
    if (this.#barred !== undefined) return this.#fail(this.#barred);
    try {
      if (this.#isClosed || !this.#writer.attached()) this.#reopen();
      this.flush();
      // Where nothing waits to be stored, this shows whether it could be.
      if (this.#failure && this.#retrying === undefined && this.#underWay === 0) {
        this.#writer.flushCounters();
        this.#recovered();
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** The file at the path is another one now: what is open leads nowhere. */
  #reopen(): void {
    // First, and its log into the file that it belongs to: SQLite would use or remove that log for the new file.
    if (!this.#isClosed) {
      this.#writer.tidy();
      this.#writer[Symbol.dispose]();
      this.#isClosed = true;
    }
    this.#writer = this.#options.openWriter();
    this.#isClosed = false;
  }

  #recovered(): void {
    if (!this.#failure || this.#barred !== undefined) return;
    this.#failure = undefined;
    this.#options.trouble(undefined);
  }

  /** While batches come the writer looks after this itself, and need not be waited for. */
  #upkeep(): void {
    if (this.#failure || this.#underWay > 0) return;
    try {
      if (!this.#writer.attached()) return this.#fail(DETACHED);
      this.#writer.flushCounters();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }
}
