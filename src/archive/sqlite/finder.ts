/** Finds the ids that answer a query, within a time. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelineQuery } from "../archive.ts";
import { firstIdAt } from "../../chat/ids.ts";
import { firstIds, FITTING, nthId, SCANNED } from "./candidates.ts";
import { IndexPages } from "./index_pages.ts";
import { type Plan, planOf, type RowConditions } from "./plan.ts";
import { beyond, type Outcome, readSlices, type Stretch, upTo } from "./slices.ts";

/**
 * A search ends after this long, and says where: who wants more asks again from there. So one person's rare phrase does
 * not keep a reader from everybody else.
 */
const BUDGET_MS = 5;
/** Where a search goes on, what cannot be interrupted may take so many times as long: then it is soon over. */
const GOING_ON = 6;
/** How much of it goes to looking whether long lists meet. */
const FIRST_MS = 1;
/** How long a row is looked at, with what its id takes. */
const LOOK_MS = 0.0013;
/** A slice that has more ids is read in smaller ones. */
const MOST_IDS = 4_000;
/** How many of an intersection are asked for at first: to find the place again takes as long as some hundred. */
const FIRST_IDS = 400;
/** How many candidates are looked at before the clock is, growing. */
const FIRST_CHUNK = 50;
const LARGEST_CHUNK = 800;
/** The same of messages that are passed over, which takes a fifth of that. */
const FIRST_SCAN = 1_000;
const LARGEST_SCAN = 4_000;
const EVERYTHING: RowConditions = { channel: null, user: null, like: "%" };

export type TextRow = [id: number, text: string, shape: number];

/** Ids in the order in which they were read. */
export interface Found {
  ids: number[];
  /** Nothing beyond this id was looked at. */
  stoppedAt?: number;
  /** How many others were found before them. */
  skipped?: number;
}

type Statement = ReturnType<DatabaseSync["prepare"]>;

export class Finder {
  readonly #index: IndexPages;
  readonly #textOf: (row: TextRow) => string;
  readonly #ends: Statement;
  readonly #sql;

  /** @param textOf what of a row is searched */
  constructor(db: DatabaseSync, textOf: (row: TextRow) => string) {
    this.#index = new IndexPages(db);
    this.#textOf = textOf;
    this.#ends = db.prepare(
      "SELECT (SELECT min(id) FROM messages) AS first, (SELECT max(id) FROM messages) AS last",
    );
    const arrays = (sql: string) => {
      // Half as long as objects; the types do not have it yet.
      const statement = db.prepare(sql) as Statement & { setReturnArrays(enabled: boolean): void };
      statement.setReturnArrays(true);
      return statement;
    };
    this.#sql = {
      firstIds: { ASC: arrays(firstIds("ASC")), DESC: arrays(firstIds("DESC")) },
      nthId: { ASC: arrays(nthId("ASC")), DESC: arrays(nthId("DESC")) },
      fitting: arrays(FITTING),
      scanned: arrays(SCANNED),
    };
  }

  /** Up to `count` ids after the first `skip`. */
  find(query: TimelineQuery, skip: number, count: number): Found {
    const startedAt = performance.now();
    const { first, last } = this.#span();
    const stretch: Stretch = {
      from: Math.max(first, firstIdAt(query.from ?? 0), (query.after ?? -1) + 1),
      to: Math.min(last + 1, firstIdAt(query.to ?? Infinity), query.before ?? Infinity),
      direction: query.after === undefined ? "DESC" : "ASC",
    };
    const patience = query.skip === undefined ? 1 : GOING_ON;
    const plan = planOf(query, this.#index, patience);
    const isNewest = stretch.direction === "DESC" && stretch.to > last;
    if (plan.merges || (plan.expression !== undefined && !plan.rows && isNewest)) {
      return { ids: this.#firstIds(plan.expression!, stretch, skip, count) };
    }
    // Where no words are looked for a page is soon full, however late the clock says it is on a busy machine.
    const deadline = query.search && plan.rows ? startedAt + BUDGET_MS : Infinity;
    const { ids, stoppedAt } = this.#search(plan, stretch, skip + count, deadline, patience);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  /** The ids of the oldest message and of the newest. */
  #span(): { first: number; last: number } {
    const { first, last } = this.#ends.get()! as { first: number | null; last: number | null };
    return { first: first ?? 0, last: last ?? 0 };
  }

  #firstIds(expression: string, stretch: Stretch, skip: number, limit: number): number[] {
    return this.#sql.firstIds[stretch.direction].all({ expression, ...idsOf(stretch), skip, limit }).map(
      idOf,
    );
  }

  #search(plan: Plan, stretch: Stretch, count: number, deadline: number, patience: number): Found {
    const { length, intersection } = plan;
    const { first, last } = this.#span();
    const span = last - first;
    if (length === undefined) return this.#scan(plan, stretch, count, deadline);
    const width = Math.min(span, span * FIRST_CHUNK / length);
    const rowsMs = LOOK_MS * length * (stretch.to - stretch.from) / span;
    if (intersection === undefined || rowsMs <= Math.min(intersection.ms, BUDGET_MS / 2)) {
      return this.#slices(plan, stretch, width, count, deadline);
    }
    if (intersection.ms <= BUDGET_MS * patience) return this.#intersected(plan, stretch, count, deadline);
    const begun = this.#slices(plan, stretch, width, count, performance.now() + FIRST_MS);
    if (begun.stoppedAt === undefined) return begun;

    // Going by what was found: how long the intersection takes to find the rest.
    const rest = beyond(stretch, begun.stoppedAt);
    const looked = Math.abs(begun.stoppedAt - (stretch.direction === "DESC" ? stretch.to : stretch.from)) /
      span;
    const ms = intersection.ms * looked * (count / begun.ids.length - 1);
    const found = ms <= BUDGET_MS / 2
      ? this.#intersected(plan, rest, count - begun.ids.length, deadline)
      : this.#slices(plan, rest, width, count - begun.ids.length, deadline);
    return { ids: [...begun.ids, ...found.ids], stoppedAt: found.stoppedAt };
  }

  /** Along the list, slice by slice. */
  #slices(plan: Plan, stretch: Stretch, width: number, count: number, deadline: number): Found {
    const ids: number[] = [];
    let stoppedAt: number | undefined;
    const left = readSlices(stretch, { width, deadline }, (slice): Outcome => {
      const values = { expression: plan.expression!, ...idsOf(slice), skip: 0, limit: MOST_IDS };
      const candidates = this.#sql.firstIds.ASC.all(values).map(idOf);
      if (candidates.length === MOST_IDS) return "too much";
      if (slice.direction === "DESC") candidates.reverse();
      const found = this.#look(plan, candidates, count - ids.length, deadline);
      ids.push(...found.ids);
      stoppedAt = found.stoppedAt;
      return ids.length < count && stoppedAt === undefined ? "on" : "enough";
    });
    if (left !== undefined) stoppedAt = left.direction === "DESC" ? left.to : left.from - 1;
    return { ids, stoppedAt };
  }

  /** Those of the candidates that fit. */
  #look({ rows }: Plan, candidates: number[], count: number, deadline: number): Found {
    if (!rows) return { ids: candidates.slice(0, count) };
    const { accept, ...conditions } = rows;
    const ids: number[] = [];
    const isDescending = candidates[0]! > candidates.at(-1)!;
    let size = FIRST_CHUNK;
    for (let at = 0; at < candidates.length; at += size, size = Math.min(size * 2, LARGEST_CHUNK)) {
      const chunk = candidates.slice(at, at + size);
      const found = this.#sql.fitting.all({ ...conditions, ids: JSON.stringify(chunk) });
      if (isDescending) found.reverse();
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (performance.now() > deadline) return { ids, stoppedAt: chunk.at(-1) };
    }
    return { ids };
  }

  /** In the intersection of all lists. */
  #intersected(plan: Plan, stretch: Stretch, count: number, deadline: number): Found {
    const { expression } = plan.intersection!;
    if (!plan.verifies) return { ids: this.#firstIds(expression, stretch, 0, count) };
    const ids: number[] = [];
    let rest = stretch;
    for (let size = FIRST_IDS;; size = Math.min(size * 4, MOST_IDS)) {
      const candidates = this.#firstIds(expression, rest, 0, size);
      const found = this.#look(plan, candidates, count - ids.length, deadline);
      ids.push(...found.ids);
      if (found.stoppedAt !== undefined) return { ids, stoppedAt: found.stoppedAt };
      if (ids.length >= count || candidates.length < size) return { ids };
      rest = beyond(rest, candidates.at(-1)!);
    }
  }

  /** In all messages of the stretch. */
  #scan({ rows }: Plan, stretch: Stretch, count: number, deadline: number): Found {
    const { accept, ...conditions } = rows ?? EVERYTHING;
    const ids: number[] = [];
    let rest = stretch;
    for (let size = FIRST_SCAN;; size = Math.min(size * 2, LARGEST_SCAN)) {
      const last = this.#sql.nthId[rest.direction].get({ ...idsOf(rest), skip: size });
      const part = last === undefined ? rest : upTo(rest, idOf(last));
      const found = this.#sql.scanned.all({ ...conditions, ...idsOf(part) });
      if (rest.direction === "DESC") found.reverse();
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (last === undefined) return { ids };
      if (performance.now() > deadline) return { ids, stoppedAt: idOf(last) };
      rest = beyond(rest, idOf(last));
    }
  }

  #accepted(rows: unknown[], accept?: (text: string) => boolean): number[] {
    return (accept ? rows.filter((row) => accept(this.#textOf(row as TextRow))) : rows).map(idOf);
  }
}

/**
 * Ids go in as bigints: a number would be bound as a floating-point one, and FTS5 does not narrow its walk by such a
 * bound but reads the whole list and has the rows thrown away afterwards.
 */
function idsOf({ from, to }: Stretch): { from: bigint; to: bigint } {
  return { from: BigInt(from), to: BigInt(to) };
}

function idOf(row: unknown): number {
  return (row as [number])[0];
}
