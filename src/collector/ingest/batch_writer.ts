/** Hands batches to the archive's writer, at most two at a time. Rows that cannot be stored go into quarantine. */
import type { AppendOutcome } from "../../archive/writer.ts";
import { isUnavailable } from "../../chat/errors.ts";
import type { StoredEvent } from "../../chat/events.ts";
import type { CurrentWriter } from "./current_writer.ts";
import type { Batch } from "./queue.ts";
import type { Row } from "./row.ts";
import { RowByRow } from "./row_by_row.ts";

/** Committed rows. */
export interface Stored {
  rows: readonly Row[];
  /** Number of rows that were not stored because they repeat the archive. */
  repeated: number;
  /** Events of watched channels, by ascending id. */
  events: StoredEvent[];
  /** Milliseconds from the hand-over to the report of the commit. */
  ms: number;
}

export interface BatchListener {
  stored(stored: Stored): void;
  /** A row could not be stored, and was quarantined. */
  quarantined(row: Row, why: string): void;
  /** This number of quarantined rows was stored after all. */
  readmitted(rows: number): void;
}

export interface BatchResult {
  /** Number of rows, from the first, that were stored or quarantined; or all of them. */
  handled: "all" | number;
  /** Why the archive cannot take the rest; missing if it was not tried. */
  failure?: string;
}

/** With a second batch queued, the writer's thread does not wait for us between two batches. */
const MAX_BATCHES = 2;

export class BatchWriter {
  readonly #current: CurrentWriter;
  /** Ids of the watched channels. */
  readonly #watched: ReadonlySet<number>;
  readonly #listener: BatchListener;
  readonly #rowByRow = new RowByRow();
  #inFlight = 0;
  #isStoringRows = false;

  constructor(current: CurrentWriter, watched: ReadonlySet<number>, listener: BatchListener) {
    this.#current = current;
    this.#watched = watched;
    this.#listener = listener;
  }

  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /**
   * Whether one more batch is taken. False while rows are stored one by one: the batch behind them is returned untried,
   * and must not overtake them.
   */
  get hasRoom(): boolean {
    return this.#inFlight < MAX_BATCHES && !this.#isStoringRows;
  }

  /** Calls `done` when the batch has ended, in the order of the calls, possibly before returning. */
  write(batch: Batch, done: (result: BatchResult) => void): void {
    const { rows, overflowPosition } = batch;
    const startedAt = performance.now();
    this.#inFlight++;
    this.#current.writer.appendLater(rows, this.#watched, overflowPosition, (outcome) => {
      this.#inFlight--;
      done(this.#resultOf(batch, outcome, startedAt));
    });
  }

  #resultOf(batch: Batch, outcome: AppendOutcome, startedAt: number): BatchResult {
    if (outcome.ok) {
      const { events, repeated } = outcome;
      this.#listener.stored({ rows: batch.rows, repeated, events, ms: performance.now() - startedAt });
      if (batch.rows.length > 0) this.#readmit();
      return { handled: "all" };
    }
    if ("skipped" in outcome) return { handled: 0 };
    if (isUnavailable(outcome.error)) return { handled: 0, failure: outcome.error.message };
    return this.#storeRows(batch);
  }

  #storeRows(batch: Batch): BatchResult {
    this.#isStoringRows = true;
    const outcome = this.#rowByRow.store(batch, this.#current.writer, this.#watched);
    this.#isStoringRows = false;
    for (const stored of outcome.stored) this.#listener.stored(stored);
    for (const { row, why } of outcome.quarantined) this.#listener.quarantined(row, why);
    return outcome;
  }

  #readmit(): void {
    const readmitted = this.#rowByRow.committed(this.#current.writer);
    if (readmitted > 0) this.#listener.readmitted(readmitted);
  }
}
