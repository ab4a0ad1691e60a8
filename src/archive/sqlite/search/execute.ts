/** Finds the ids that answer a query, within a time. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelineQuery } from "../../archive.ts";
import { firstIdAt } from "../../../chat/ids.ts";
import { FITTING, nthId, SCANNED } from "./verify.ts";
import { prepareArrays } from "../file/connection.ts";
import { type Ids, intersect, type PostingList, present } from "../fts5/postings.ts";
import { PostingLists } from "../fts5/posting_lists.ts";
import { ReadCostModel } from "./read_cost.ts";
import { conditionsOf, type Plan, planOf, type RowConditions } from "./plan.ts";
import { consumed, type Direction, type IdRange, remaining } from "../fts5/id_range.ts";

/**
 * A search ends after this long, and says where: who wants more asks again from there. So one person's rare phrase does
 * not keep a reader from everybody else.
 */
const BUDGET_MS = 10;
/** Where there is no index a channel's messages are looked for among all: some 100,000 rows. */
const SCAN_BUDGET_MS = 200;
/** Steps double until one takes this long; after each the clock is looked at. */
const STEP_MS = 0.5;
/** Ids of a list that are taken at once, and candidates that are looked at. */
const FIRST_CHUNK = 50;
const FIRST_LOOK = 25;
const LARGEST_LOOK = 800;
/** Pages of another list that are read at once; where it takes more, the rows of the candidates are looked at. */
const MAX_PAGES = 200;
/** Messages that are passed over at once. */
const FIRST_SCAN = 1_000;
const LARGEST_SCAN = 4_000;

export type TextRow = [id: number, text: string, shape: number];

/** Ids in the order in which they were read. */
export interface Found {
  ids: number[];
  /** Nothing beyond this id was looked at. */
  stoppedAt?: number;
  /** How many others were found before them. */
  skipped?: number;
}

export class SearchExecutor {
  readonly #openIndex: () => PostingLists;
  #index: PostingLists | undefined;
  readonly #pace: ReadCostModel;
  readonly #textOf: (row: TextRow) => string;
  readonly #ends;
  readonly #sql;

  /** @param textOf what of a row is searched */
  constructor(db: DatabaseSync, textOf: (row: TextRow) => string, pace = new ReadCostModel()) {
    this.#openIndex = () => new PostingLists(db);
    this.#textOf = textOf;
    this.#pace = pace;
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

  /** Up to `count` ids after the first `skip`. @throws AppError index_unusable where the index cannot be read */
  find(query: TimelineQuery, skip: number, count: number): Found {
    const stretch = this.#stretchOf(query);
    // Where no words are looked for a page is soon full, however late the clock says it is on a busy machine.
    const deadline = query.search ? performance.now() + BUDGET_MS : Infinity;
    const { ids, stoppedAt } = this.#planned(query, stretch, skip + count, deadline);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  /** The same without the index: by looking at every row, within a longer time. */
  scan(query: TimelineQuery, skip: number, count: number): Found {
    const deadline = performance.now() + SCAN_BUDGET_MS;
    const rows = conditionsOf(query);
    const { ids, stoppedAt } = this.#scan(rows, this.#stretchOf(query), skip + count, deadline);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  #stretchOf(query: TimelineQuery): IdRange {
    const { first, last } = this.#ends.get()! as { first: number | null; last: number | null };
    return {
      from: Math.max(first ?? 0, firstIdAt(query.from ?? 0), (query.after ?? -1) + 1),
      to: Math.min((last ?? 0) + 1, firstIdAt(query.to ?? Infinity), query.before ?? Infinity),
      direction: query.after === undefined ? "DESC" : "ASC",
    };
  }

  /** Where looking at rows turns out to be dear, what is left is planned anew. */
  #planned(query: TimelineQuery, stretch: IdRange, count: number, deadline: number): Found {
    const { costs } = this.#pace;
    this.#index ??= this.#openIndex();
    const plan = planOf(query, this.#index, stretch, costs);
    if (plan.lists.length === 0) return this.#scan(plan.all, stretch, count, deadline);
    const dear = plan.isPartial ? costs.row : Infinity;
    const found = this.#along(plan, stretch, count, deadline, dear);
    const isDear = this.#pace.costs.row > dear;
    if (found.stoppedAt === undefined || !isDear || performance.now() > deadline) return found;
    const rest = this.#planned(
      query,
      remaining(stretch, found.stoppedAt),
      count - found.ids.length,
      deadline,
    );
    return { ...rest, ids: [...found.ids, ...rest.ids] };
  }

  /**
   * Along the shortest list; what the others do not have is dropped.
   * @param dear it ends as soon as a row costs more than this
   */
  #along(
    { lists: [shortest, ...others], ...plan }: Plan,
    { direction }: IdRange,
    count: number,
    deadline: number,
    dear: number,
  ): Found {
    const ids: number[] = [];
    let size = FIRST_CHUNK;
    let startedAt = performance.now();
    for (let bound = shortest!.bound(size); bound !== undefined; bound = shortest!.bound(size)) {
      let candidates = present(shortest!.take(bound));
      let { rows } = plan;
      for (const other of others) {
        const both = amongOthers(candidates, other, direction);
        if (both) candidates = both;
        else rows = plan.all;
      }
      if (direction === "DESC") candidates = candidates.toReversed();
      const found: Found = rows
        ? this.#look(rows, candidates, count - ids.length, deadline, dear)
        : { ids: Array.from(candidates) };
      for (const id of found.ids) ids.push(id);
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (found.stoppedAt !== undefined) return { ids, stoppedAt: found.stoppedAt };
      const now = performance.now();
      if (now > deadline) return { ids, stoppedAt: bound };
      if (now - startedAt < STEP_MS) size *= 2;
      startedAt = now;
    }
    return { ids };
  }

  /** Those of the candidates that fit. */
  #look(rows: RowConditions, candidates: Ids, count: number, deadline: number, dear: number): Found {
    const { accept, ...conditions } = rows;
    const ids: number[] = [];
    for (let at = 0, size = FIRST_LOOK; at < candidates.length;) {
      const chunk = Array.from(candidates.subarray(at, at + size));
      const startedAt = performance.now();
      const found = this.#sql.fitting.all({ ...conditions, ids: JSON.stringify(chunk) });
      const took = performance.now() - startedAt;
      this.#pace.looked(chunk.length, took);
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (performance.now() > deadline || this.#pace.costs.row > dear) {
        return { ids, stoppedAt: chunk.at(-1) };
      }
      at += chunk.length;
      size = took < STEP_MS ? Math.min(size * 2, LARGEST_LOOK) : Math.max(size >> 1, FIRST_LOOK);
    }
    return { ids };
  }

  /** In all messages of the stretch. */
  #scan(rows: RowConditions, stretch: IdRange, count: number, deadline: number): Found {
    const { accept, ...conditions } = rows;
    const ids: number[] = [];
    const { direction } = stretch;
    let rest = stretch;
    for (let size = FIRST_SCAN;; size = Math.min(size * 2, LARGEST_SCAN)) {
      const last = this.#sql.nthId[direction].get({ from: rest.from, to: rest.to, skip: size });
      const { from, to } = last === undefined ? rest : consumed(rest, idOf(last));
      const found = this.#sql.scanned.all({ ...conditions, from, to });
      if (direction === "DESC") found.reverse();
      ids.push(...this.#accepted(found, accept));
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (last === undefined) return { ids };
      if (performance.now() > deadline) return { ids, stoppedAt: idOf(last) };
      rest = remaining(rest, idOf(last));
    }
  }

  #accepted(rows: unknown[], accept?: (text: string) => boolean): number[] {
    return (accept ? rows.filter((row) => accept(this.#textOf(row as TextRow))) : rows).map(idOf);
  }
}

/** Those candidates that another list has, too; undefined where too much of it would have to be read for them. */
function amongOthers(candidates: Ids, list: PostingList, direction: Direction): Ids | undefined {
  if (candidates.length === 0) return candidates;
  const [oldest, newest] = [candidates[0]!, candidates.at(-1)!];
  const [first, last] = direction === "DESC" ? [newest, oldest] : [oldest, newest];
  list.skip(first);
  return list.reaches(last, MAX_PAGES) ? intersect(candidates, list.take(last)) : undefined;
}

function idOf(row: unknown): number {
  return (row as [number])[0];
}
