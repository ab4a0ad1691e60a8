/**
 * Reads the posting lists of `messages_index` from FTS5's own pages of 4 kB, in 6 µs per page, from either end and any
 * position. The caller can check the clock between two pages. MATCH intersects lists, too, but it cannot be interrupted,
 * and looks up each document separately: 0.3 ms per page.
 */
import type { DatabaseSync } from "node:sqlite";
import type {
  CandidateIndex,
  CandidateLists,
  DocRange,
  IndexTerm,
  PostingList,
} from "../postings/candidates.ts";
import { UnionPostings } from "../postings/combined_postings.ts";
import { MemoryPostings, sortedOnce, within } from "../postings/postings.ts";
import { frequentWords } from "./frequent_words.ts";
import { usingIndex } from "./health.ts";
import { boundsOf, IndexPages } from "./index_pages.ts";
import { continued, listsOf, type ListStart, type Segment, termsOn } from "./format.ts";
import { type ListPart, readDocs, readParts } from "./list_parts.ts";
import { randomPicker } from "./random_posting.ts";
import { PagedPostings } from "./paged_postings.ts";

export class PostingLists implements CandidateIndex {
  readonly #pages: IndexPages;

  /** @throws AppError index_unusable if the index lacks one of its tables. Check its format with `IndexHealth.marks` first. */
  constructor(db: DatabaseSync) {
    this.#pages = new IndexPages(db);
  }

  lists(): CandidateLists {
    const segments = this.segments();
    return {
      list: (term, range) => this.#list(term, segments, range),
      pagesOfPrefix: (prefix, max) => this.#pagesOfPrefix(prefix, segments, max),
    };
  }

  /** A message's id is its document number. */
  timeOf(doc: number): number {
    return doc;
  }

  docAt(id: number): number {
    return id;
  }

  /** The present segments, newest first. */
  segments(): Segment[] {
    return this.#pages.segments();
  }

  /** Terms from random pages of the index, about two per page. */
  someTerms(pages: number): string[] {
    return usingIndex(() => {
      const segments = this.segments();
      if (segments.length === 0) return [];
      return Array.from({ length: pages }).flatMap(() => {
        const segment = pick(segments);
        const terms = termsOn(
          this.#pages.leaf(
            segment,
            this.#pages.pageOf(boundsOf({ text: someText(), prefix: false }).term, segment),
          ),
        );
        // The last term of a page may have a list that continues on the next ones.
        return terms.length === 0 ? [] : [pick(terms), terms.at(-1)!];
      });
    });
  }

  /** See `frequent_words.ts`. */
  words(prefix: string, limit: number): [word: string, docs: number][] {
    return usingIndex(() => frequentWords(this.#pages, prefix, limit));
  }

  /** See `random_posting.ts`. */
  picker(term: string): () => number | undefined {
    return usingIndex(() => {
      const places = this.segments().flatMap((segment) => {
        const place = this.#place({ text: term, prefix: false }, segment);
        return place ? [{ segment, ...place }] : [];
      });
      const read = (page: number) => {
        for (const { segment, first, last, start } of places) {
          if (page <= last - first) {
            return readParts(this.#parts(segment, first + page, first + page, first, start));
          }
          page -= last - first + 1;
        }
        return new Float64Array();
      };
      const pages = places.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      const pick = randomPicker(pages, read);
      return () => usingIndex(pick);
    });
  }

  #pagesOfPrefix(prefix: string, segments: Segment[], max: number): number {
    const { term, end } = boundsOf({ text: prefix, prefix: true });
    return usingIndex(() =>
      segments.reduce((sum, segment) => {
        if (this.#isCutWithin(term, segment)) return Infinity;
        return sum + 1 + (this.#pages.countBetween(segment, term, end, max));
      }, 0)
    );
  }

  /**
   * Whether an unfinished merge may have moved some terms of the prefix from this segment to an older one, and not others.
   * A document that was removed and added again would then count as removed for the moved terms, too. The structure record
   * does not mention every merge, so this is assumed of every segment that begins with a term of the prefix.
   */
  #isCutWithin(prefix: Uint8Array, segment: Segment): boolean {
    if (this.#pages.pageOf(prefix, segment) > segment.first) return false;
    return listsOf(this.#pages.leaf(segment, segment.first), prefix, true)[0]?.isFirst ?? false;
  }

  #list(term: IndexTerm, segments: Segment[], range: DocRange): PostingList {
    const ofSegment = usingIndex(() =>
      segments.map((segment) =>
        term.prefix ? this.#prefix(term, segment, range) : this.#exact(term, segment, range)
      ).filter((list) => list !== undefined)
    );
    return ofSegment.length === 1 ? ofSegment[0]! : new UnionPostings(ofSegment, range.direction);
  }

  #exact(term: IndexTerm, segment: Segment, range: DocRange): PostingList | undefined {
    const found = this.#place(term, segment);
    if (found === undefined) return undefined;
    const { first, last, start } = found;
    if (last > first) return this.#paged(segment, first, last, start, range);
    const docs = readDocs(this.#pages.leaf(segment, first), start);
    return new MemoryPostings(within(docs, range), range.direction);
  }

  /** The pages of a list in a segment, and where it starts on the first one. */
  #place(term: IndexTerm, segment: Segment): { first: number; last: number; start: ListStart } | undefined {
    const { term: bytes, end } = boundsOf(term);
    const first = this.#pages.pageOf(bytes, segment);
    const [start] = listsOf(this.#pages.leaf(segment, first), bytes, false);
    if (start === undefined) return undefined;
    return { first, last: start.isLast ? this.#pages.lastPage(end, segment) : first, start };
  }

  /** The parts of a list on some of its pages. @param start of the list, on its first page */
  #parts(segment: Segment, from: number, to: number, first: number, start: ListStart): ListPart[] {
    return this.#pages.leaves(segment, from, to).map((leaf, i) => ({
      leaf,
      ...from + i === first ? start : continued(leaf),
    }));
  }

  /** Reads lists that span several pages as they are needed, and all others at once. */
  #prefix(prefix: IndexTerm, segment: Segment, range: DocRange): PostingList {
    const { term, end } = boundsOf(prefix);
    const first = this.#pages.pageOf(term, segment);
    const pages = [first];
    for (const page of this.#pages.between(segment, term, end)) if (page > first) pages.push(page);
    const last = this.#pages.lastPage(end, segment);
    const short: ListPart[] = [];
    const long: PostingList[] = [];
    for (const [i, page] of pages.entries()) {
      const leaf = this.#pages.leaf(segment, page);
      for (const start of listsOf(leaf, term, true)) {
        const next = pages[i + 1] ?? last;
        if (start.isLast && next > page) long.push(this.#paged(segment, page, next, start, range));
        else short.push({ leaf, ...start });
      }
    }
    const docs = within(sortedOnce(readParts(short), true), range);
    return new UnionPostings([...long, new MemoryPostings(docs, range.direction)], range.direction, {
      either: true,
    });
  }

  #paged(segment: Segment, first: number, last: number, start: ListStart, range: DocRange): PostingList {
    return new PagedPostings({
      first,
      last,
      docs: (from, to) => usingIndex(() => readParts(this.#parts(segment, from, to, first, start))),
    }, range);
  }
}

/** A random text near which terms are likely: one or two characters, perhaps after the prefix of channel or user tokens. */
function someText(): string {
  const characters = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
  return pick(["", "\uE000", "\uE000c", "\uE000u", pick(characters)]) + pick(characters);
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}
