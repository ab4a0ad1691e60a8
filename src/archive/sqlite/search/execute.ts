/** Finds the ids of the messages that match a query, within a time budget. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelineQuery } from "../../timeline.ts";
import { NEWEST, type Place, skipOf } from "../../../chat/place.ts";
import { firstIdAt } from "../../../chat/ids.ts";
import { prepareArrays } from "../file/connection.ts";
import type { CandidateIndex, Direction, Docs, PostingList } from "./candidates.ts";
import { consumed, docRangeOf, type IdRange, restOf } from "./id_range.ts";
import { conditionsOf, type Plan, planOf, type RowConditions } from "./plan.ts";
import { intersect, present } from "./postings.ts";
import { ReadCostModel } from "./read_cost.ts";
import { FITTING, nthId, SCANNED } from "./verify.ts";

/**
 * A search ends after this time and returns where it stopped, so that a rare phrase does not block a reader for others.
 * The caller may continue from there.
 */
const BUDGET_MS = 10;
/** The budget without an index, which scans the messages of all channels: about 100,000 rows. */
const SCAN_BUDGET_MS = 200;
/** Steps double until one takes this long. The clock is checked after each step. */
const STEP_MS = 0.5;
/** Documents to take from a list in the first step, and candidates to verify in one step. */
const FIRST_CHUNK = 50;
const MIN_VERIFIED = 25;
const MAX_VERIFIED = 800;
/** Pages of another list to read in one step. If it takes more, the rows of the candidates are verified instead. */
const MAX_PAGES = 200;
/** Messages to scan in one step. */
const MIN_SCANNED = 1_000;
const MAX_SCANNED = 4_000;

/** A query that reads in one direction: a page around an id is two of them. */
export type DirectedQuery = Omit<TimelineQuery, "place" | "limit" | "gaps"> & {
  place?: Exclude<Place, { at: "around" }>;
};

export type TextRow = [id: number, text: string, templateId: number];

export interface Found {
  /** In the order of reading. */
  ids: number[];
  /** Set if the time budget ended the search: nothing beyond this id was searched. */
  stoppedAt?: number;
  /** Number of matches that were found before `ids`. */
  skipped?: number;
}

export class SearchExecutor {
  readonly #openIndex: () => CandidateIndex;
  readonly #costs: ReadCostModel;
  readonly #textOf: (row: TextRow) => string;
  readonly #ends;
  readonly #sql;

  /**
   * @param openIndex called once per search; an error that it throws ends the search
   * @param textOf returns the searchable text of a row
   */
  constructor(
    db: DatabaseSync,
    openIndex: () => CandidateIndex,
    textOf: (row: TextRow) => string,
    costs = new ReadCostModel(),
  ) {
    this.#openIndex = openIndex;
    this.#textOf = textOf;
    this.#costs = costs;
    this.#ends = db.prepare(
      "SELECT (SELECT min(id) FROM messages) AS first, (SELECT max(id) FROM messages) AS last",
    );
    const arrays = (sql: string) => prepareArrays(db, sql);
    this.#sql = {
      nthId: { ASC: arrays(nthId("ASC")), DESC: arrays(nthId("DESC")) },
      fitting: arrays(FITTING),
      scanned: arrays(SCANNED),
    };
  }

  /** At most `count` ids. @throws AppError index_unusable if the index cannot be read */
  find(query: DirectedQuery, count: number): Found {
    const skip = skipOf(query.place ?? NEWEST);
    const index = this.#openIndex();
    const range = this.#rangeOf(query);
    // Without words a page is full soon, even if a busy machine lets the deadline pass.
    const deadline = query.search ? performance.now() + BUDGET_MS : Infinity;
    const { ids, stoppedAt } = this.#planAndExecute(query, index, range, skip + count, deadline);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  /** The same without the index: scans every row, within a longer time. */
  scan(query: DirectedQuery, count: number): Found {
    const skip = skipOf(query.place ?? NEWEST);
    const deadline = performance.now() + SCAN_BUDGET_MS;
    const rows = conditionsOf(query);
    const { ids, stoppedAt } = this.#scan(rows, this.#rangeOf(query), skip + count, deadline);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  #rangeOf(query: DirectedQuery): IdRange {
    const { first, last } = this.#ends.get()! as { first: number | null; last: number | null };
    const { place = NEWEST } = query;
    const after = place.at === "after" ? place.id : -1;
    const before = place.at === "before" ? place.id : place.at === "after" ? place.before : undefined;
    return {
      from: Math.max(first ?? 0, firstIdAt(query.from ?? 0), after + 1),
      to: Math.min((last ?? 0) + 1, firstIdAt(query.to ?? Infinity), before ?? Infinity),
      direction: place.at === "after" ? "ASC" : "DESC",
    };
  }

  /** Plans and executes. If reading rows turns out slow, it re-plans the rest. */
  #planAndExecute(
    query: DirectedQuery,
    index: CandidateIndex,
    range: IdRange,
    count: number,
    deadline: number,
  ): Found {
    const { costs } = this.#costs;
    const plan = planOf(query, index.lists(), docRangeOf(range, index), costs);
    if (plan.lists.length === 0) return this.#scan(plan.everyCondition, range, count, deadline);
    const maxRowCost = plan.isPartial ? costs.row : Infinity;
    const found = this.#intersect(plan, index, range.direction, { count, deadline, maxRowCost });
    const isSlow = this.#costs.costs.row > maxRowCost;
    if (found.stoppedAt === undefined || !isSlow || performance.now() > deadline) return found;
    const rest = this.#planAndExecute(
      query,
      index,
      restOf(range, found.stoppedAt),
      count - found.ids.length,
      deadline,
    );
    return { ...rest, ids: [...found.ids, ...rest.ids] };
  }

  /** Reads the shortest list, drops documents that the other lists do not have, and verifies the rest. */
  #intersect(
    { lists: [shortest, ...others], ...plan }: Plan,
    index: CandidateIndex,
    direction: Direction,
    { count, deadline, maxRowCost }: Limits,
  ): Found {
    const ids: number[] = [];
    let size = FIRST_CHUNK;
    let startedAt = performance.now();
    for (let bound = shortest!.bound(size); bound !== undefined; bound = shortest!.bound(size)) {
      let candidates = present(shortest!.take(bound));
      let { remaining } = plan;
      for (const other of others) {
        const both = intersectWithin(candidates, other, direction);
        if (both) candidates = both;
        else remaining = plan.everyCondition;
      }
      if (direction === "DESC") candidates = candidates.toReversed();
      const messageIds = Array.from(candidates, (doc) => index.timeOf(doc));
      const found: Found = remaining
        ? this.#verify(remaining, messageIds, { count: count - ids.length, deadline, maxRowCost })
        : { ids: messageIds };
      for (const id of found.ids) ids.push(id);
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (found.stoppedAt !== undefined) return { ids, stoppedAt: found.stoppedAt };
      const now = performance.now();
      if (now > deadline) return { ids, stoppedAt: index.timeOf(bound) };
      if (now - startedAt < STEP_MS) size *= 2;
      startedAt = now;
    }
    return { ids };
  }

  /** Keeps the candidates whose rows match. */
  #verify(rows: RowConditions, candidates: number[], { count, deadline, maxRowCost }: Limits): Found {
    const { accept, ...conditions } = rows;
    const ids: number[] = [];
    for (let at = 0, size = MIN_VERIFIED; at < candidates.length;) {
      const chunk = candidates.slice(at, at + size);
      const startedAt = performance.now();
      const found = this.#sql.fitting.all({ ...conditions, ids: JSON.stringify(chunk) });
      const took = performance.now() - startedAt;
      this.#costs.verified(chunk.length, took);
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (performance.now() > deadline || this.#costs.costs.row > maxRowCost) {
        return { ids, stoppedAt: chunk.at(-1) };
      }
      at += chunk.length;
      size = took < STEP_MS ? Math.min(size * 2, MAX_VERIFIED) : Math.max(size >> 1, MIN_VERIFIED);
    }
    return { ids };
  }

  /** Verifies every message of a range. */
  #scan(rows: RowConditions, range: IdRange, count: number, deadline: number): Found {
    const { accept, ...conditions } = rows;
    const ids: number[] = [];
    const { direction } = range;
    let rest = range;
    for (let size = MIN_SCANNED;; size = Math.min(size * 2, MAX_SCANNED)) {
      const last = this.#sql.nthId[direction].get({ from: rest.from, to: rest.to, skip: size });
      const { from, to } = last === undefined ? rest : consumed(rest, idOf(last));
      const found = this.#sql.scanned.all({ ...conditions, from, to });
      if (direction === "DESC") found.reverse();
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (last === undefined) return { ids };
      if (performance.now() > deadline) return { ids, stoppedAt: idOf(last) };
      rest = restOf(rest, idOf(last));
    }
  }

  #accepted(rows: unknown[], accept?: (text: string) => boolean): number[] {
    return (accept ? rows.filter((row) => accept(this.#textOf(row as TextRow))) : rows).map(idOf);
  }
}

/** Limits of a search: the number of ids, the time, and the milliseconds that verifying a row may cost. */
interface Limits {
  count: number;
  deadline: number;
  maxRowCost: number;
}

/** The candidates that another list has, too; undefined if too many of its pages would have to be read. */
function intersectWithin(candidates: Docs, list: PostingList, direction: Direction): Docs | undefined {
  if (candidates.length === 0) return candidates;
  const [oldest, newest] = [candidates[0]!, candidates.at(-1)!];
  const [first, last] = direction === "DESC" ? [newest, oldest] : [oldest, newest];
  list.skip(first);
  return list.reaches(last, MAX_PAGES) ? intersect(candidates, list.take(last)) : undefined;
}

function idOf(row: unknown): number {
  return (row as [number])[0];
}
