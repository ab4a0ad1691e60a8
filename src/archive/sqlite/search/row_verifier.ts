/** Verifies conditions on rows: on candidates from the index, or on every message of a range. */
import type { DatabaseSync } from "node:sqlite";
import type { StoredEvent } from "../../../chat/events.ts";
import type { Condition } from "../../../search/condition.ts";
import type { EventRow } from "../codec/event_row.ts";
import { prepareArrays } from "../file/connection.ts";
import type { Deadline } from "./deadline.ts";
import { consumed, type IdRange, restOf } from "./id_range.ts";
import type { ReadCostModel } from "./read_cost.ts";
import {
  FITTING,
  FITTING_EVENTS,
  nthId,
  type RowTest,
  rowTestOf,
  SCANNED,
  SCANNED_EVENTS,
} from "./verify.ts";

/** Steps double until one takes this long. The clock is checked before each further step. */
const STEP_MS = 0.5;
/** Candidates to verify in one step. */
const MIN_VERIFIED = 25;
const MAX_VERIFIED = 800;
/** Messages to scan in one step. */
const MIN_SCANNED = 1_000;
const MAX_SCANNED = 4_000;

export type TextRow = [id: number, text: string, templateId: number];

/** Reads the text or the event of a row, to verify a condition on it. */
export interface RowReader {
  /** The searchable text of a row. */
  textOf(row: TextRow): string;
  /** The event of a row. */
  eventOf(row: EventRow): StoredEvent;
}

export interface Found {
  /** In the order of reading. */
  ids: number[];
  /** Set if the time budget ended the search: nothing beyond this id was searched. */
  stoppedAt?: number;
  /** Number of matches that were found before `ids`. */
  skipped?: number;
}

/** Limits of a search: the number of ids, the time, and the milliseconds that verifying a row may cost. */
export interface Limits {
  count: number;
  deadline: Deadline;
  maxRowCost: number;
}

export class RowVerifier {
  readonly #rows: RowReader;
  readonly #costs: ReadCostModel;
  readonly #sql;

  constructor(db: DatabaseSync, rows: RowReader, costs: ReadCostModel) {
    this.#rows = rows;
    this.#costs = costs;
    const arrays = (sql: string) => prepareArrays(db, sql);
    this.#sql = {
      nthId: { ASC: arrays(nthId("ASC")), DESC: arrays(nthId("DESC")) },
      fitting: arrays(FITTING),
      fittingEvents: db.prepare(FITTING_EVENTS),
      scanned: arrays(SCANNED),
      scannedEvents: db.prepare(SCANNED_EVENTS),
    };
  }

  /** Keeps the candidates whose rows match. */
  verify(test: RowTest, candidates: number[], { count, deadline, maxRowCost }: Limits): Found {
    const ids: number[] = [];
    for (let at = 0, size = MIN_VERIFIED; at < candidates.length;) {
      const chunk = candidates.slice(at, at + size);
      const startedAt = performance.now();
      const parameters = { ...test.parameters, ids: JSON.stringify(chunk) };
      const rows = test.acceptEvent
        ? this.#sql.fittingEvents.all(parameters)
        : this.#sql.fitting.all(parameters);
      const took = performance.now() - startedAt;
      this.#costs.verified(chunk.length, took);
      ids.push(...this.#accepted(rows, test));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      at += chunk.length;
      if (at < candidates.length && (deadline.hasPassed() || this.#costs.costs.row > maxRowCost)) {
        return { ids, stoppedAt: chunk.at(-1) };
      }
      size = took < STEP_MS ? Math.min(size * 2, MAX_VERIFIED) : Math.max(size >> 1, MIN_VERIFIED);
    }
    return { ids };
  }

  /** Verifies every message of a range. */
  scan(condition: Condition, range: IdRange, count: number, deadline: Deadline): Found {
    const test = rowTestOf(condition);
    const ids: number[] = [];
    const { direction } = range;
    let rest = range;
    for (let size = MIN_SCANNED;; size = Math.min(size * 2, MAX_SCANNED)) {
      const last = this.#sql.nthId[direction].get({ from: rest.from, to: rest.to, skip: size });
      const { from, to } = last === undefined ? rest : consumed(rest, idOf(last));
      const parameters = { ...test.parameters, from, to };
      const found = test.acceptEvent
        ? this.#sql.scannedEvents.all(parameters)
        : this.#sql.scanned.all(parameters);
      if (direction === "DESC") found.reverse();
      ids.push(...this.#accepted(found, test));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (last === undefined) return { ids };
      if (deadline.hasPassed()) return { ids, stoppedAt: idOf(last) };
      rest = restOf(rest, idOf(last));
    }
  }

  #accepted(rows: unknown[], { acceptText, acceptEvent }: RowTest): number[] {
    if (acceptEvent) {
      return (rows as EventRow[]).filter((row) => acceptEvent(this.#rows.eventOf(row))).map(({ id }) => id);
    }
    const texts = rows as TextRow[];
    return (acceptText ? texts.filter((row) => acceptText(this.#rows.textOf(row))) : texts).map(idOf);
  }
}

function idOf(row: unknown): number {
  return (row as [number])[0];
}
