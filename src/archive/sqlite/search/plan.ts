/** How a query is answered: along which lists of the index, and what of it the rows have to decide. */
import type { TimelineQuery } from "../../archive.ts";
import { matcher } from "../../../search/query.ts";
import { likePattern } from "./verify.ts";
import type { PostingList } from "../fts5/postings.ts";
import type { PostingLists } from "../fts5/posting_lists.ts";
import type { Costs } from "./read_cost.ts";
import { mustVerify, scopeTerms, termsOfSearch } from "./terms.ts";
import type { IndexTerm } from "../fts5/index_term.ts";
import type { IdRange } from "../fts5/id_range.ts";

/**
 * Of a beginning, the pages with its terms have to be read before its newest message is known. If it has more than these,
 * so many texts have it that looking through the newest ones finds them sooner.
 */
const MAX_PAGES_OF_TERMS = 200;

export interface Plan {
  /** What is asked for is in all of these lists, the shortest first; without any, every message is a candidate. */
  lists: PostingList[];
  /** What rows have to be looked at for, undefined = nothing. */
  rows?: RowConditions;
  /** The same where none of the other lists is read. */
  all: RowConditions;
  /** Lists were left out because looking at rows is cheaper. */
  isPartial: boolean;
}

export interface RowConditions {
  channel: number | null;
  user: number | null;
  like: string;
  /** Of the text; undefined = any will do. */
  accept?: (text: string) => boolean;
}

type Condition = "channelId" | "userId" | "search";

export function planOf(query: TimelineQuery, index: PostingLists, stretch: IdRange, costs: Costs): Plan {
  const { channelId, userId, search } = query;
  const segments = index.segments();
  const open = (term: IndexTerm, of: Condition) => ({ of, list: index.list(term, segments, stretch) });
  const terms = search ? termsOfSearch(search) : [];
  const lists = [
    ...scopeTerms({ channelId }).map((term) => open(term, "channelId")),
    ...scopeTerms({ userId }).map((term) => open(term, "userId")),
    ...terms.filter(({ prefix }) => !prefix).map((term) => open(term, "search")),
  ].sort((a, b) => a.list.size - b.list.size);
  const left = new Set<Condition>(search && mustVerify(search) ? ["search"] : []);

  let isPartial = false;
  for (const term of terms.filter(({ prefix }) => prefix)) {
    const shortest = lists[0];
    const pages = index.pagesOfTerms(term.text, segments, MAX_PAGES_OF_TERMS);
    if (pages > MAX_PAGES_OF_TERMS || (shortest && !isWorth(pages, shortest.list, costs))) {
      if (pages <= MAX_PAGES_OF_TERMS) isPartial = true;
      left.add("search");
      continue;
    }
    lists.push(open(term, "search"));
    lists.sort((a, b) => a.list.size - b.list.size);
  }

  const [first, ...others] = lists;
  const all = conditionsOf(query);
  if (first === undefined) return { lists: [], rows: all, all, isPartial };
  const read = others.filter(({ list }) => isWorth(list.pages, first.list, costs));
  if (read.length < others.length) isPartial = true;
  for (const other of others) if (!read.includes(other)) left.add(other.of);
  return {
    lists: [first, ...read].map(({ list }) => list),
    rows: left.size === 0 ? undefined : conditionsOf({
      channelId: left.has("channelId") ? channelId : undefined,
      userId: left.has("userId") ? userId : undefined,
      search: left.has("search") ? search : undefined,
    }),
    all,
    isPartial,
  };
}

/** To read a long list in order to drop few candidates takes longer than to look at their rows. */
function isWorth(pages: number, candidates: PostingList, costs: Costs): boolean {
  return pages * costs.page <= candidates.size * costs.row;
}

/** What rows have to fulfil. */
export function conditionsOf({ channelId, userId, search }: Pick<TimelineQuery, Condition>): RowConditions {
  return {
    channel: channelId ?? null,
    user: userId ?? null,
    like: search ? likePattern(search) : "%",
    accept: search && matcher(search),
  };
}
