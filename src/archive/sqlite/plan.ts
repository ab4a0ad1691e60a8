/**
 * How a query is answered. FTS5 intersects lists faster than rows can be looked at, but nothing interrupts it in that: for
 * two frequent words that never meet it passes over millions. So it is asked for the intersection where one of the lists
 * is short, or where the two are seen to meet; else the shortest list is gone along slice by slice, and the rows decide.
 */
import type { TimelineQuery } from "../archive.ts";
import { matcher, type SearchQuery } from "../../chat/query.ts";
import { likePattern } from "./candidates.ts";
import type { IndexPages } from "./index_pages.ts";
import { expressionOf, type IndexTerm, mustVerify, scopeTerms, termsOfSearch } from "./search_index.ts";

/**
 * Of a beginning, FTS5 gives nothing before it has merged the lists of all its terms: 6 ms for so many pages. If it has
 * more, then so many texts have it that looking through the newest ones finds them sooner.
 */
const MOST_MERGED = 24;
/** Where the merged list has to be intersected with others, which takes as long again. */
const MOST_MERGED_SCOPED = 12;
/** About how many messages a page of a list names. */
const MESSAGES_A_PAGE = 1_000;

export interface Plan {
  /** The list that is gone along; undefined = every message is a candidate. */
  expression?: string;
  /** About how long the list is; unknown where it is every message. */
  length?: number;
  /** The intersection of all lists, where there are several, and how long about it takes to go through all of it. */
  intersection?: { expression: string; ms: number };
  /** Whether what is in the intersection still has to be looked at. */
  verifies: boolean;
  /** Whether it has to be read at once: it would be merged again for every slice. */
  merges: boolean;
  /** What rows have to be looked at for, undefined = nothing. */
  rows?: RowConditions;
}

export interface RowConditions {
  channel: number | null;
  user: number | null;
  like: string;
  /** Of the text; undefined = any will do. */
  accept?: (text: string) => boolean;
}

/** @param patience how many times as long as usual something that cannot be interrupted may take */
export function planOf(query: TimelineQuery, index: IndexPages, patience: number): Plan {
  const { channelId, userId, search } = query;
  const measured = (term: IndexTerm) => ({ ...term, pages: index.of(term) });
  const [user] = userId === undefined ? [] : scopeTerms({ userId }).map(measured);
  const [channel] = channelId === undefined ? [] : scopeTerms({ channelId }).map(measured);
  const ofSearch = (search ? termsOfSearch(search) : []).map(measured);
  const beginnings = ofSearch.filter((term) => term.prefix);
  const exact = [user, ...ofSearch.filter((term) => !term.prefix), channel]
    .filter((term) => term !== undefined)
    .sort((a, b) => a.pages - b.pages);
  const [shortest, ...others] = exact;

  if (beginnings.length > 0 && !mustVerify(search!)) {
    const pages = beginnings.reduce((sum, term) => sum + term.pages, 0);
    const most = shortest ? Math.min(MOST_MERGED_SCOPED * patience, shortest.pages) : MOST_MERGED * patience;
    if (pages <= most) {
      return { expression: expressionOf([...beginnings, ...exact]), merges: true, verifies: false };
    }
  }
  const left: Left = {
    channelId: channel === shortest ? undefined : channelId,
    userId: user === shortest ? undefined : userId,
    search: search && isAnsweredBy(search, shortest) ? undefined : search,
  };
  return {
    expression: shortest && expressionOf([shortest]),
    length: shortest && (shortest.pages + 1) * MESSAGES_A_PAGE,
    intersection: others.length > 0
      ? { expression: expressionOf(exact), ms: intersectionMs(exact) }
      : undefined,
    merges: false,
    verifies: search !== undefined && (mustVerify(search) || beginnings.length > 0),
    rows: Object.values(left).every((one) => one === undefined) ? undefined : conditionsOf(left),
  };
}

/**
 * Of the shortest list every message is sought in the others, which are passed over between. Measured warm; but a page of
 * these others counts for four, as where it is not in memory yet it is a read from the disk.
 */
function intersectionMs([shortest, ...others]: { pages: number }[]): number {
  return 0.3 * (shortest!.pages + 1) + 0.02 * others.reduce((sum, { pages }) => sum + pages, 0);
}

/** Whether there is nothing in the search but this one term. */
function isAnsweredBy(search: SearchQuery, term: IndexTerm | undefined): boolean {
  const terms = termsOfSearch(search);
  return terms.length === 1 && terms[0]!.text === term?.text && !terms[0]!.prefix;
}

type Left = Pick<TimelineQuery, "channelId" | "userId" | "search">;

function conditionsOf({ channelId, userId, search }: Left): RowConditions {
  return {
    channel: channelId ?? null,
    user: userId ?? null,
    like: search ? likePattern(search) : "%",
    accept: search && matcher(search),
  };
}
