/**
 * Reads the posting lists of `messages_index` from FTS5's own pages of 4 kB, in 10 µs per page, from either end and any
 * position. The caller can check the clock between two pages. MATCH intersects lists, too, but it cannot be interrupted,
 * and looks up each document separately: 0.3 ms per page.
 */
import type { DatabaseSync } from "node:sqlite";
import type {
  CandidateIndex,
  CandidateLists,
  DocRange,
  Docs,
  IndexTerm,
  PostingList,
} from "../postings/candidates.ts";
import { UnionPostings } from "../postings/combined_postings.ts";
import { joined, MemoryPostings, sortedOnce, within } from "../postings/postings.ts";
import { prepareDirectory } from "./directory.ts";
import { usingIndex } from "./health.ts";
import {
  continued,
  leafId,
  listsOf,
  type ListStart,
  readDocs,
  type Segment,
  segmentsOf,
  STRUCTURE_RECORD,
  termsOn,
  termsWith,
} from "./format.ts";
import { DOCS_PER_PAGE, PagedPostings } from "./paged_postings.ts";

/** The first byte of every term: it belongs to the index itself and not to a `prefix=` index. */
const MAIN = "0";

/** With more pages of terms than this, the words of a prefix are not read one by one. */
const MAX_WORD_PAGES = 30;

export class PostingLists implements CandidateIndex {
  readonly #sql;

  /** @throws AppError index_unusable if the index lacks one of its tables. Check its format with `IndexHealth.marks` first. */
  constructor(db: DatabaseSync) {
    this.#sql = usingIndex(() => prepareDirectory(db));
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
    return usingIndex(() => segmentsOf(this.#block(STRUCTURE_RECORD)));
  }

  /** Terms from random pages of the index, about two per page. */
  someTerms(pages: number): string[] {
    return usingIndex(() => {
      const segments = this.segments();
      if (segments.length === 0) return [];
      return Array.from({ length: pages }).flatMap(() => {
        const segment = pick(segments);
        const terms = termsOn(
          this.#leaf(segment, this.#pageOf(boundsOf({ text: someText(), prefix: false }).term, segment)),
        );
        // The last term of a page may have a list that continues on the next ones.
        return terms.length === 0 ? [] : [pick(terms), terms.at(-1)!];
      });
    });
  }

  /**
   * The most frequent words that begin with a prefix, with approximate numbers of documents. If there are many words, only
   * those are known whose lists span several pages.
   */
  words(prefix: string, limit: number): [word: string, docs: number][] {
    const found = new Map<string, number>();
    usingIndex(() => {
      for (const segment of this.segments()) {
        for (const [word, docs] of this.#wordsIn(segment, prefix, limit)) {
          found.set(word, (found.get(word) ?? 0) + docs);
        }
      }
    });
    return [...found].sort((a, b) => b[1] - a[1]).slice(0, limit);
  }

  *#wordsIn(segment: Segment, prefix: string, limit: number): Generator<[word: string, docs: number]> {
    const { term, end } = boundsOf({ text: prefix, prefix: true });
    const first = this.#pageOf(term, segment);
    const rows = this.#sql.between.all(segment.id, term, end) as { page: number }[];
    const pages = [first, ...rows.map(({ page }) => page).filter((page) => page > first)];
    const last = this.#lastPage(end, segment);
    // A list that continues on the next pages has no entry in the directory for them.
    const spans = pages.map((page, i) => ({ page, more: (pages[i + 1] ?? last) - page }));
    const few = spans.length <= MAX_WORD_PAGES;
    const read = few ? spans : spans.sort((a, b) => b.more - a.more).slice(0, limit);
    for (const { page, more } of read) {
      const leaf = this.#leaf(segment, page);
      for (const { term: word, start } of termsWith(leaf, term)) {
        if (!few && !start.isLast) continue;
        yield [
          word,
          readDocs(leaf, start).length + (start.isLast ? Math.max(0, more - 1) * DOCS_PER_PAGE : 0),
        ];
      }
    }
  }

  #pagesOfPrefix(prefix: string, segments: Segment[], max: number): number {
    const { term, end } = boundsOf({ text: prefix, prefix: true });
    return usingIndex(() =>
      segments.reduce((sum, segment) => {
        if (this.#isCutWithin(term, segment)) return Infinity;
        return sum + 1 + (this.#sql.count.get(segment.id, term, end, max)!.pages as number);
      }, 0)
    );
  }

  /**
   * Whether an unfinished merge may have moved some terms of the prefix from this segment to an older one, and not others.
   * A document that was removed and added again would then count as removed for the moved terms, too. The structure record
   * does not mention every merge, so this is assumed of every segment that begins with a term of the prefix.
   */
  #isCutWithin(prefix: Uint8Array, segment: Segment): boolean {
    if (this.#pageOf(prefix, segment) > segment.first) return false;
    return listsOf(this.#leaf(segment, segment.first), prefix, true)[0]?.isFirst ?? false;
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
    const { term: bytes, end } = boundsOf(term);
    const page = this.#pageOf(bytes, segment);
    const leaf = this.#leaf(segment, page);
    const [start] = listsOf(leaf, bytes, false);
    if (start === undefined) return undefined;
    const last = start.isLast ? this.#lastPage(end, segment) : page;
    if (last > page) return this.#paged(segment, page, last, start, range);
    return new MemoryPostings(within(readDocs(leaf, start), range), range.direction);
  }

  /** Reads lists that span several pages as they are needed, and all others at once. */
  #prefix(prefix: IndexTerm, segment: Segment, range: DocRange): PostingList {
    const { term, end } = boundsOf(prefix);
    const first = this.#pageOf(term, segment);
    const pages = [first];
    for (const { page } of this.#sql.between.all(segment.id, term, end) as { page: number }[]) {
      if (page > first) pages.push(page);
    }
    const last = this.#lastPage(end, segment);
    const short: Docs[] = [];
    const long: PostingList[] = [];
    for (const [i, page] of pages.entries()) {
      const leaf = this.#leaf(segment, page);
      for (const start of listsOf(leaf, term, true)) {
        const next = pages[i + 1] ?? last;
        if (start.isLast && next > page) long.push(this.#paged(segment, page, next, start, range));
        else short.push(readDocs(leaf, start));
      }
    }
    const docs = within(sortedOnce(joined(short), true), range);
    return new UnionPostings([...long, new MemoryPostings(docs, range.direction)], range.direction, {
      either: true,
    });
  }

  #paged(segment: Segment, first: number, last: number, start: ListStart, range: DocRange): PostingList {
    return new PagedPostings(
      (page) =>
        usingIndex(() => {
          const leaf = this.#leaf(segment, page);
          return readDocs(leaf, page === first ? start : continued(leaf));
        }),
      { first, last },
      range,
    );
  }

  /** The only page that can have the term, or the first one that can have terms of the prefix. */
  #pageOf(term: Uint8Array, { id, first }: Segment): number {
    // The directory still lists pages that a merge has consumed.
    return Math.max(first, this.#sql.before.get(id, term)?.page as number ?? first);
  }

  /** The last page that may have a part of a list. @param end the bytes that follow its term */
  #lastPage(end: Uint8Array, { id, last }: Segment): number {
    return this.#sql.after.get(id, end)?.page as number ?? last;
  }

  #leaf(segment: Segment, page: number): Uint8Array {
    return this.#block(leafId(segment, page));
  }

  #block(id: number): Uint8Array {
    const row = this.#sql.block.get(id) as unknown as [Uint8Array] | undefined;
    if (row === undefined) throw new Error(`the index lacks its page ${id}`);
    if (!(row[0] instanceof Uint8Array)) throw new Error(`page ${id} of the index is no page`);
    return row[0];
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

function boundsOf({ text, prefix }: IndexTerm): { term: Uint8Array; end: Uint8Array } {
  const term = new TextEncoder().encode(MAIN + text);
  // The least bytes after the term, or after everything that begins with it: UTF-8 has no byte 0xff.
  return { term, end: new Uint8Array([...term, prefix ? 0xff : 0]) };
}
