/** Plans a query: which posting lists to intersect and subtract, and which conditions to verify on the rows. */
import { allOf, type Condition } from "../../../search/condition.ts";
import type { CandidateLists, DocRange, IndexTerm, PostingList } from "./candidates.ts";
import { DifferencePostings, IntersectionPostings, UnionPostings } from "./combined_postings.ts";
import type { Costs } from "./read_cost.ts";
import { isDecidedByTerms, scopeTerms, termsOfText } from "./terms.ts";

/**
 * All pages with terms of a prefix must be read before its newest message is known. A prefix with more pages than this is
 * so frequent that verifying the newest messages finds matches sooner.
 */
const MAX_PAGES_OF_PREFIX = 200;

export interface Plan {
  /** The lists to intersect, shortest first; if there is none, every message is a candidate. */
  lists: PostingList[];
  /** The lists to subtract. */
  without: PostingList[];
  /** What to verify on rows of the result; undefined = nothing. */
  remaining?: Condition;
  /** What to verify on rows that were not intersected or subtracted. */
  everyCondition: Condition;
  /** Whether lists were omitted because verifying rows is cheaper. */
  isPartial: boolean;
}

/** A condition by the index: every match is in all of the lists. */
interface Indexed {
  lists: PostingList[];
  /** Whether everything in all of the lists is a match. */
  isExact: boolean;
}

export function planOf(
  everyCondition: Condition,
  index: CandidateLists,
  range: DocRange,
  costs: Costs,
): Plan {
  const parts = conjunction(everyCondition);
  const lookup = new Lookup(index, range);
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

/** Finds posting lists for conditions. */
class Lookup {
  readonly #index: CandidateLists;
  readonly #range: DocRange;

  constructor(index: CandidateLists, range: DocRange) {
    this.#index = index;
    this.#range = range;
  }

  /** The lists of a condition; undefined if the index knows nothing of it. */
  find(condition: Condition): Indexed | undefined {
    switch (condition.is) {
      case "text": {
        const terms = termsOfText(condition);
        return terms.length === 0 ? undefined : {
          lists: terms.map((term) => this.#list(term)),
          isExact: isDecidedByTerms(condition),
        };
      }
      case "channel":
        return this.#union(condition.ids.map((channelId) => this.#list(scopeTerms({ channelId })[0]!)));
      case "user":
        return this.#union(condition.ids.map((userId) => this.#list(scopeTerms({ userId })[0]!)));
      case "any": {
        const found = condition.of.map((branch) => this.find(branch));
        if (found.some((branch) => branch === undefined || branch.lists.length === 0)) return undefined;
        const lists = found.map((branch) => this.#intersection(branch!.lists));
        return { ...this.#union(lists), isExact: found.every((branch) => branch!.isExact) };
      }
      case "all":
        return this.#all(condition.of);
      default:
        return undefined;
    }
  }

  /** One list of exactly the matches; undefined if the index does not decide the condition. */
  exactList(condition: Condition): PostingList | undefined {
    const found = this.find(condition);
    return found?.isExact && found.lists.length > 0 ? this.#intersection(found.lists) : undefined;
  }

  /** The number of pages to read before the lists of a condition can be read; not exact above the maximum. */
  pagesOfPrefixes(condition: Condition): number {
    switch (condition.is) {
      case "text":
        return termsOfText(condition).filter(({ prefix }) => prefix)
          .reduce((pages, { text }) => pages + this.#index.pagesOfPrefix(text, MAX_PAGES_OF_PREFIX), 0);
      case "any":
      case "all":
        return condition.of.reduce((pages, part) => pages + this.pagesOfPrefixes(part), 0);
      case "not":
        return this.pagesOfPrefixes(condition.of);
      default:
        return 0;
    }
  }

  #all(parts: readonly Condition[]): Indexed | undefined {
    const lists: PostingList[] = [];
    const without: PostingList[] = [];
    let isExact = true;
    for (const part of parts) {
      if (part.is === "not") {
        const list = this.exactList(part.of);
        if (list) without.push(list);
        else isExact = false;
        continue;
      }
      const found = this.find(part);
      lists.push(...found?.lists ?? []);
      isExact &&= found?.isExact ?? false;
    }
    if (lists.length === 0) return undefined;
    if (without.length === 0) return { lists, isExact };
    const { direction } = this.#range;
    const subtracted = without.reduce(
      (list, other) => new DifferencePostings(list, other, direction),
      this.#intersection(lists),
    );
    return { lists: [subtracted], isExact };
  }

  #list(term: IndexTerm): PostingList {
    return this.#index.list(term, this.#range);
  }

  #union(lists: PostingList[]): Indexed {
    const { direction } = this.#range;
    const list = lists.length === 1 ? lists[0]! : new UnionPostings(lists, direction, { either: true });
    return { lists: [list], isExact: true };
  }

  #intersection(lists: PostingList[]): PostingList {
    return lists.length === 1 ? lists[0]! : new IntersectionPostings(lists, this.#range.direction);
  }
}
