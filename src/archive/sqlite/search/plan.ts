/** Plans a query: which posting lists to intersect and subtract, and which conditions to verify on the rows. */
import { allOf, type Condition } from "../../../search/condition.ts";
import type { PostingList } from "../postings/candidates.ts";
import { type Lookup, MAX_PAGES_OF_PREFIX } from "./lookup.ts";
import type { Costs } from "./read_cost.ts";

export interface Plan {
  /** The lists to intersect, shortest first; if there is none, every message is a candidate. */
  lists: PostingList[];
  /** The lists to subtract. */
  without: PostingList[];
  /** The condition to verify on rows of the result; undefined = none. */
  remaining?: Condition;
  /** The condition to verify on rows that were not intersected or subtracted. */
  everyCondition: Condition;
  /** Whether lists were omitted because verifying rows is cheaper. */
  isPartial: boolean;
}

export function planOf(
  everyCondition: Condition,
  lookup: Lookup,
  costs: Costs,
): Plan {
  const parts = conjunction(everyCondition);
  const toVerify = new Set<Condition>();
  const opened: { list: PostingList; of: Condition }[] = [];
  const open = (of: Condition) => {
    const indexed = lookup.find(of);
    if (!indexed?.isExact) toVerify.add(of);
    for (const list of indexed?.lists ?? []) opened.push({ list, of });
    opened.sort((a, b) => a.list.size - b.list.size);
  };
  const positive = parts.filter(({ is }) => is !== "not");
  const costly = positive.filter((part) => lookup.pagesOfPrefixes(part) > 0);
  for (const part of positive) if (!costly.includes(part)) open(part);

  let isPartial = false;
  for (const part of costly) {
    const pages = lookup.pagesOfPrefixes(part);
    const isTooMuch = pages > MAX_PAGES_OF_PREFIX;
    if (!isTooMuch && (opened.length === 0 || isWorth(pages, opened[0]!.list, costs))) open(part);
    else {
      isPartial ||= !isTooMuch;
      toVerify.add(part);
    }
  }

  const [first, ...others] = opened;
  if (first === undefined) {
    return { lists: [], without: [], remaining: everyCondition, everyCondition, isPartial };
  }
  const worthReading = others.filter(({ list }) => isWorth(list.pages, first.list, costs));
  if (worthReading.length < others.length) isPartial = true;
  for (const other of others) if (!worthReading.includes(other)) toVerify.add(other.of);
  const without: PostingList[] = [];
  for (const part of parts) {
    if (part.is !== "not") continue;
    const list = lookup.pagesOfPrefixes(part.of) === 0 ? lookup.exactList(part.of) : undefined;
    if (list && isWorth(list.pages, first.list, costs)) without.push(list);
    else {
      isPartial ||= list !== undefined;
      toVerify.add(part);
    }
  }
  return {
    lists: [first, ...worthReading].map(({ list }) => list),
    without,
    remaining: toVerify.size === 0 ? undefined : allOf([...toVerify]),
    everyCondition,
    isPartial,
  };
}

/** The conditions that must all hold for this one to hold. */
export function conjunction(condition: Condition): readonly Condition[] {
  return condition.is === "all" ? condition.of.flatMap(conjunction) : [condition];
}

/** Whether reading a list is cheaper than verifying the rows of the candidates. */
function isWorth(pages: number, candidates: PostingList, costs: Costs): boolean {
  return pages * costs.page <= candidates.size * costs.row;
}
