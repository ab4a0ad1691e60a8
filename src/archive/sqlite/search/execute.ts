/** Finds the ids of the messages that match a query, within a time budget. */
import type { DatabaseSync } from "node:sqlite";
import type { TimelineQuery } from "../../timeline.ts";
import { allOf, type Condition } from "../../../search/condition.ts";
import { NEWEST, type Place, skipOf } from "../../../chat/place.ts";
import { firstIdAt } from "../../../chat/ids.ts";
import type { CandidateIndex, Direction, Docs, PostingList } from "../postings/candidates.ts";
import { type Deadline, deadlineIn, NO_DEADLINE } from "./deadline.ts";
import { type IdRange, restOf, splitAt } from "./id_range.ts";
import { Lookup } from "./lookup.ts";
import { MessageTables } from "./message_tables.ts";
import { type Plan, planOf } from "./plan.ts";
import { endsOf, intersect, present, subtract } from "../postings/postings.ts";
import { ReadCostModel } from "./read_cost.ts";
import { type Found, type Limits, type RowReader, RowVerifier } from "./row_verifier.ts";
import { rowTestOf } from "./verify.ts";

/**
 * A search ends after this time and returns where it stopped, so that a rare phrase does not block a reader for others.
 * The caller may continue from there.
 */
const BUDGET_MS = 10;
/** The budget without an index, which scans the messages of all channels: about 100,000 rows. */
const SCAN_BUDGET_MS = 200;
/** Steps double until one takes this long. The clock is checked before each further step. */
const STEP_MS = 0.5;
/** Documents to take from a list in the first step. */
const FIRST_CHUNK = 50;
/** Pages of another list to read in one step. If it takes more, the rows of the candidates are verified instead. */
const MAX_PAGES = 200;

/** A query that reads in one direction: a page around an id is two of them. */
export type DirectedQuery = Omit<TimelineQuery, "place" | "limit" | "gaps"> & {
  place?: Exclude<Place, { at: "around" }>;
};

export class SearchExecutor {
  readonly #openIndex: () => CandidateIndex;
  readonly #costs: ReadCostModel;
  readonly deadlineIn: typeof deadlineIn;
  readonly verifier: RowVerifier;
  readonly tables: MessageTables;
  readonly #ends;

  /**
   * @param openIndex called once per search; an error that it throws ends the search
   * @param options.deadlineIn makes the deadline of each search
   */
  constructor(
    db: DatabaseSync,
    openIndex: () => CandidateIndex,
    rows: RowReader,
    options: { costs?: ReadCostModel; deadlineIn?: typeof deadlineIn } = {},
  ) {
    const costs = options.costs ?? new ReadCostModel();
    this.#openIndex = openIndex;
    this.#costs = costs;
    this.deadlineIn = options.deadlineIn ?? deadlineIn;
    this.tables = new MessageTables(db);
    this.#ends = db.prepare(
      "SELECT (SELECT min(id) FROM messages) AS first, (SELECT max(id) FROM messages) AS last",
    );
    this.verifier = new RowVerifier(db, rows, costs);
  }

  /** At most `count` ids. @throws AppError index_unusable if the index cannot be read */
  find(query: DirectedQuery, count: number): Found {
    const skip = skipOf(query.place ?? NEWEST);
    const range = this.rangeOf(query);
    // Without words a page is full soon, even if a busy machine lets the deadline pass.
    const deadline = query.search ? this.deadlineIn(BUDGET_MS) : NO_DEADLINE;
    const { ids, stoppedAt } = this.collect(query, this.#openIndex(), range, skip + count, deadline);
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  /** The same without the index: scans every row, within a longer time. */
  scan(query: DirectedQuery, count: number): Found {
    const skip = skipOf(query.place ?? NEWEST);
    const deadline = this.deadlineIn(SCAN_BUDGET_MS);
    const { ids, stoppedAt } = this.verifier.scan(
      conditionOf(query),
      this.rangeOf(query),
      skip + count,
      deadline,
    );
    return { ids: ids.slice(skip), stoppedAt, skipped: Math.min(skip, ids.length) };
  }

  /** The ids among which a query finds its matches. */
  rangeOf(query: DirectedQuery): IdRange {
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

  /**
   * Matches within a range, until there are `count` or the deadline passes. Messages with terms of facts and those without are
   * searched one after the other.
   */
  collect(
    query: DirectedQuery,
    index: CandidateIndex,
    range: IdRange,
    count: number,
    deadline: Deadline,
  ): Found {
    const ids: number[] = [];
    for (const part of splitAt(range, this.tables.factsFrom())) {
      const found = this.#planAndExecute(query, index, part, count - ids.length, deadline);
      for (const id of found.ids) ids.push(id);
      if (found.stoppedAt !== undefined || ids.length >= count) return { ids, stoppedAt: found.stoppedAt };
    }
    return { ids };
  }

  /** Plans and executes. If reading rows turns out slow, it re-plans the rest. */
  #planAndExecute(
    query: DirectedQuery,
    index: CandidateIndex,
    range: IdRange,
    count: number,
    deadline: Deadline,
  ): Found {
    const { costs } = this.#costs;
    const plan = planOf(conditionOf(query), new Lookup(index, this.tables, range), costs);
    if (plan.lists.length === 0) return this.verifier.scan(plan.everyCondition, range, count, deadline);
    const maxRowCost = plan.isPartial ? costs.row : Infinity;
    const found = this.#intersect(plan, index, range.direction, { count, deadline, maxRowCost });
    const isSlow = this.#costs.costs.row > maxRowCost;
    if (found.stoppedAt === undefined || !isSlow || deadline.hasPassed()) return found;
    const rest = this.#planAndExecute(
      query,
      index,
      restOf(range, found.stoppedAt),
      count - found.ids.length,
      deadline,
    );
    return { ...rest, ids: [...found.ids, ...rest.ids] };
  }

  /** Reads the shortest list, intersects and subtracts the other lists, and verifies the rest. */
  #intersect(
    { lists: [shortest, ...others], without, ...plan }: Plan,
    index: CandidateIndex,
    direction: Direction,
    { count, deadline, maxRowCost }: Limits,
  ): Found {
    const ids: number[] = [];
    const remainingTest = plan.remaining && rowTestOf(plan.remaining);
    let size = FIRST_CHUNK;
    let startedAt = performance.now();
    let bound = shortest!.bound(size);
    while (bound !== undefined) {
      const last = bound;
      let candidates = present(shortest!.take(last));
      let test = remainingTest;
      for (const [lists, combine] of [[others, intersect], [without, subtract]] as const) {
        for (const other of lists) {
          const combined = combineWithin(candidates, other, direction, combine);
          if (combined) candidates = combined;
          else test = rowTestOf(plan.everyCondition);
        }
      }
      if (direction === "DESC") candidates = candidates.toReversed();
      const messageIds = Array.from(candidates, (doc) => index.timeOf(doc));
      const found: Found = test
        ? this.verifier.verify(test, messageIds, { count: count - ids.length, deadline, maxRowCost })
        : { ids: messageIds };
      for (const id of found.ids) ids.push(id);
      if (ids.length >= count) return { ids: ids.slice(0, count) };
      if (found.stoppedAt !== undefined) return { ids, stoppedAt: found.stoppedAt };
      const now = performance.now();
      if (now - startedAt < STEP_MS) size *= 2;
      startedAt = now;
      bound = shortest!.bound(size);
      if (bound !== undefined && deadline.hasPassed()) return { ids, stoppedAt: index.timeOf(last) };
    }
    return { ids };
  }
}

/** Every condition of a query but its span of ids. */
export function conditionOf({ channelId, userId, search }: DirectedQuery): Condition {
  return allOf([
    ...channelId === undefined ? [] : [{ is: "channel", ids: [channelId] } as const],
    ...userId === undefined ? [] : [{ is: "user", ids: [userId] } as const],
    ...search ? [search] : [],
  ]);
}

/** Combines the candidates with another list; undefined if too many of its pages would have to be read. */
function combineWithin(
  candidates: Docs,
  list: PostingList,
  direction: Direction,
  combine: (some: Docs, others: Docs) => Docs,
): Docs | undefined {
  if (candidates.length === 0) return candidates;
  const [first, last] = endsOf(candidates, direction);
  list.skip(first);
  return list.reaches(last, MAX_PAGES) ? combine(candidates, list.take(last)) : undefined;
}
