/** Plans a query: which posting lists to intersect, and which conditions to verify on the rows. */
import type { TimelineQuery } from "../../timeline.ts";
import { matcher } from "../../../search/query.ts";
import { likePattern } from "./verify.ts";
import type { CandidateLists, DocRange, IndexTerm, PostingList } from "./candidates.ts";
import type { Costs } from "./read_cost.ts";
import { mustVerify, scopeTerms, termsOfSearch } from "./terms.ts";

/**
 * All pages with terms of a prefix must be read before its newest message is known. A prefix with more pages than this is
 * so frequent that verifying the newest messages finds matches sooner.
 */
const MAX_PAGES_OF_PREFIX = 200;

export interface Plan {
  /** The lists to intersect, shortest first; if there is none, every message is a candidate. */
  lists: PostingList[];
  /** Conditions to verify on rows of the intersection; undefined = none. */
  remaining?: RowConditions;
  /** Conditions to verify on rows that were not intersected. */
  everyCondition: RowConditions;
  /** Whether lists were omitted because verifying rows is cheaper. */
  isPartial: boolean;
}

export interface RowConditions {
  channel: number | null;
  user: number | null;
  like: string;
  /** Whether the text matches; undefined = any text does. */
  accept?: (text: string) => boolean;
}

type Condition = "channelId" | "userId" | "search";
type Conditions = Pick<TimelineQuery, Condition>;

export function planOf(query: Conditions, index: CandidateLists, range: DocRange, costs: Costs): Plan {
  const { channelId, userId, search } = query;
  const open = (term: IndexTerm, of: Condition) => ({ of, list: index.list(term, range) });
  const terms = search ? termsOfSearch(search) : [];
  const lists = [
    ...scopeTerms({ channelId }).map((term) => open(term, "channelId")),
    ...scopeTerms({ userId }).map((term) => open(term, "userId")),
    ...terms.filter(({ prefix }) => !prefix).map((term) => open(term, "search")),
  ].sort((a, b) => a.list.size - b.list.size);
  const toVerify = new Set<Condition>(search && mustVerify(search) ? ["search"] : []);

  let isPartial = false;
  for (const term of terms.filter(({ prefix }) => prefix)) {
    const shortest = lists[0];
    const pages = index.pagesOfPrefix(term.text, MAX_PAGES_OF_PREFIX);
    if (pages > MAX_PAGES_OF_PREFIX || (shortest && !isWorth(pages, shortest.list, costs))) {
      if (pages <= MAX_PAGES_OF_PREFIX) isPartial = true;
      toVerify.add("search");
      continue;
    }
    lists.push(open(term, "search"));
    lists.sort((a, b) => a.list.size - b.list.size);
  }

  const [first, ...others] = lists;
  const everyCondition = conditionsOf(query);
  if (first === undefined) return { lists: [], remaining: everyCondition, everyCondition, isPartial };
  const worthReading = others.filter(({ list }) => isWorth(list.pages, first.list, costs));
  if (worthReading.length < others.length) isPartial = true;
  for (const other of others) if (!worthReading.includes(other)) toVerify.add(other.of);
  return {
    lists: [first, ...worthReading].map(({ list }) => list),
    remaining: toVerify.size === 0 ? undefined : conditionsOf({
      channelId: toVerify.has("channelId") ? channelId : undefined,
      userId: toVerify.has("userId") ? userId : undefined,
      search: toVerify.has("search") ? search : undefined,
    }),
    everyCondition,
    isPartial,
  };
}

/** Whether reading a list is cheaper than verifying the rows of the candidates. */
function isWorth(pages: number, candidates: PostingList, costs: Costs): boolean {
  return pages * costs.page <= candidates.size * costs.row;
}

/** The conditions of a query on rows. */
export function conditionsOf({ channelId, userId, search }: Conditions): RowConditions {
  return {
    channel: channelId ?? null,
    user: userId ?? null,
    like: search ? likePattern(search) : "%",
    accept: search && matcher(search),
  };
}
