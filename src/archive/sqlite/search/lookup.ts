/** Finds the posting lists of conditions. */
import type { Condition } from "../../../search/condition.ts";
import type {
  CandidateIndex,
  CandidateLists,
  DocRange,
  IndexTerm,
  PostingList,
} from "../postings/candidates.ts";
import { DifferencePostings, IntersectionPostings, UnionPostings } from "../postings/combined_postings.ts";
import { factTermsOf } from "./fact_terms.ts";
import { docRangeOf, type IdRange } from "./id_range.ts";
import type { MessageTables } from "./message_tables.ts";
import { isDecidedByTerms, scopeTerms, termsOfText } from "./terms.ts";

/**
 * All pages with terms of a prefix must be read before its newest message is known. A prefix with more pages than this is
 * so frequent that verifying the newest messages finds matches sooner.
 */
export const MAX_PAGES_OF_PREFIX = 200;

/** A condition by the index: every match is in all of the lists. */
export interface Indexed {
  lists: PostingList[];
  /** Whether everything in all of the lists is a match. */
  isExact: boolean;
}

export class Lookup {
  readonly #index: CandidateIndex;
  readonly #lists: CandidateLists;
  readonly #tables: MessageTables;
  readonly #range: DocRange;
  /** Whether all messages of the range have terms of facts. */
  readonly #hasFacts: boolean;

  constructor(index: CandidateIndex, tables: MessageTables, range: IdRange) {
    this.#index = index;
    this.#lists = index.lists();
    this.#tables = tables;
    this.#range = docRangeOf(range, index);
    this.#hasFacts = range.from >= tables.factsFrom();
  }

  /** The lists of a condition; undefined if the index knows nothing of it. */
  find(condition: Condition): Indexed | undefined {
    switch (condition.is) {
      case "text": {
        const terms = termsOfText(condition, this.#hasFacts);
        return terms.length === 0 ? undefined : {
          lists: terms.map((term) => this.#list(term)),
          isExact: isDecidedByTerms(condition, this.#hasFacts),
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
        return this.#fact(condition);
    }
  }

  /** One list of exactly the matches; undefined if the index does not decide the condition. */
  exactList(condition: Condition): PostingList | undefined {
    const found = this.find(condition);
    if (!found) return this.#complement(condition);
    return found.isExact && found.lists.length > 0 ? this.#intersection(found.lists) : undefined;
  }

  /** One list that has every match, and perhaps others; undefined if the index knows nothing of the condition. */
  candidates(condition: Condition): PostingList | undefined {
    const found = this.find(condition);
    return found && found.lists.length > 0 ? this.#intersection(found.lists) : undefined;
  }

  /** The number of pages to read before the lists of a condition can be read; not exact above the maximum. */
  pagesOfPrefixes(condition: Condition): number {
    switch (condition.is) {
      case "text":
        return termsOfText(condition, this.#hasFacts).filter(({ prefix }) => prefix)
          .reduce((pages, { text }) => pages + this.#lists.pagesOfPrefix(text, MAX_PAGES_OF_PREFIX), 0);
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

  /**
   * The matches of conditions that hold for most messages: negations without anything else, and alternatives with one. Only
   * counting reads such a list; for a page of rows, the newest messages are verified, as nearly all of them match.
   */
  #complement(condition: Condition): PostingList | undefined {
    if (condition.is === "any") {
      const branches = condition.of.map((branch) => this.exactList(branch));
      return branches.every((list) => list !== undefined) ? this.#union(branches).lists[0] : undefined;
    }
    const parts = condition.is === "all" ? condition.of : [condition];
    const without = parts.map((part) => part.is === "not" ? this.exactList(part.of) : undefined);
    if (without.length === 0 || !without.every((list) => list !== undefined)) return undefined;
    const ofChannels = this.#tables.channelIds().map((channelId) =>
      this.#list(scopeTerms({ channelId })[0]!)
    );
    const { direction } = this.#range;
    return without.reduce<PostingList>(
      (list, other) => new DifferencePostings(list, other, direction),
      this.#union(ofChannels).lists[0]!,
    );
  }

  #fact(condition: Condition): Indexed | undefined {
    if (condition.is === "fact" && condition.fact === "deleted") {
      return this.#exactly(this.#tables.removed(this.#index, this.#range));
    }
    if (condition.is === "fact" && condition.fact === "filled") {
      return this.#exactly(this.#tables.filled(this.#index, this.#range));
    }
    const found = this.#hasFacts ? factTermsOf(condition) : undefined;
    if (found === undefined) return undefined;
    const { lists } = this.#union(found.terms.map((text) => this.#list({ text, prefix: false })));
    return { lists, isExact: found.isExact };
  }

  #exactly(list: PostingList | undefined): Indexed | undefined {
    return list && { lists: [list], isExact: true };
  }

  #list(term: IndexTerm): PostingList {
    return this.#lists.list(term, this.#range);
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
