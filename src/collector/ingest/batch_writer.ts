/** Hands batches to the archive's writer, two under way at most. A row that cannot be stored goes into quarantine. */
import type { AppendOutcome } from "../../archive/writer.ts";
import { isUnavailable } from "../../chat/errors.ts";
import type { StoredEvent } from "../../chat/events.ts";
import type { CurrentWriter } from "./current_writer.ts";
import type { Batch } from "./queue.ts";
import type { Row } from "./row.ts";
import { RowByRow } from "./row_by_row.ts";

/** Rows that are committed. */
export interface Stored {
  rows: readonly Row[];
  /** How many of them repeated what the archive has, and were not stored. */
  repeated: number;
  /** Those of watched channels, by ascending id. */
  events: StoredEvent[];
  /** From handing over to being told of the commit. */
  ms: number;
}

export interface BatchListener {
  stored(stored: Stored): void;
  /** A row could not be stored, and was put into quarantine. */
  quarantined(row: Row, why: string): void;
  /** So many rows of the quarantine were stored after all. */
  readmitted(rows: number): void;
}

export interface BatchResult {
  /** Number of rows, from the first, that were stored or quarantined; or all of them. */
  dealtWith: "all" | number;
  /** Why the archive cannot take the rest; missing also where it was not tried. */
  trouble?: string;
}

/** The second is there when the first is done: then the writer's thread need not wait for us in between. */
const MAX_BATCHES = 2;

export class BatchWriter {
  readonly #current: CurrentWriter;
  /** Ids of the channels that somebody watches. */
  readonly #watched: ReadonlySet<number>;
  readonly #listener: BatchListener;
  readonly #rowByRow = new RowByRow();
  #underWay = 0;
  #isStoringRows = false;

  constructor(current: CurrentWriter, watched: ReadonlySet<number>, listener: BatchListener) {
    this.#current = current;
    this.#watched = watched;
    this.#listener = listener;
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /**
   * Whether one more batch is taken. None while rows are stored one by one: what was handed over behind them comes back
   * untried, and must not go out again before all of them are done.
   */
  get hasRoom(): boolean {
    return this.#underWay < MAX_BATCHES && !this.#isStoringRows;
  }

  /** `done` is called once the batch is under way no more, in the order of the calls, perhaps at once. */
  write(batch: Batch, done: (result: BatchResult) => void): void {
    const { rows, overflowPosition } = batch;
    const startedAt = performance.now();
    this.#underWay++;
    this.#current.writer.appendLater(rows, this.#watched, overflowPosition, (outcome) => {
      this.#underWay--;
      done(this.#resultOf(batch, outcome, startedAt));
    });
    for (const row of rows) row.releaseEvent();
  }

  #resultOf(batch: Batch, outcome: AppendOutcome, startedAt: number): BatchResult {
    if (outcome.ok) {
      const { events, repeated } = outcome;
      this.#listener.stored({ rows: batch.rows, repeated, events, ms: performance.now() - startedAt });
      if (batch.rows.length > 0) this.#readmit();
      return { dealtWith: "all" };
    }
    if ("skipped" in outcome) return { dealtWith: 0 };
    if (isUnavailable(outcome.error)) return { dealtWith: 0, trouble: outcome.error.message };
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
