/**
 * The lists of `messages_index`, read from FTS5's own pages of 4 kB. FTS5 finds all that is in several lists, but nothing
 * interrupts it in that, and it looks for each id anew: 0.3 ms for a page. Read one after the other, a page takes
 * 10 µs, from either end and from anywhere, and between two the clock can be looked at.
 *
 * What is read belongs together only within one transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { prepareArrays } from "../file/connection.ts";
import { indexFaultOf } from "./health.ts";
import {
  type Ids,
  joined,
  MemoryPostings,
  type PostingList,
  sortedOnce,
  UnionPostings,
  within,
} from "./postings.ts";
import {
  continued,
  leafId,
  listsOf,
  type ListStart,
  readIds,
  type Segment,
  segmentsOf,
  STRUCTURE_RECORD,
} from "./format.ts";
import { PagedPostings } from "./paged_postings.ts";
import type { IndexTerm } from "./index_term.ts";
import type { IdRange } from "./id_range.ts";

/** Stands before every term: of the index itself, and not of a `prefix=` index. */
const MAIN = "0";

export const BLOCK = `
  SELECT block
  FROM messages_index_data
  WHERE id = ?`;

export const PAGE_BEFORE = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term <= ?
  ORDER BY term DESC
  LIMIT 1`;

export const PAGES_BETWEEN = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term > ? AND term < ?
  ORDER BY term`;

export const COUNT_BETWEEN = `
  SELECT count(*) AS pages
  FROM (SELECT 1 FROM messages_index_idx WHERE segid = ? AND term > ? AND term < ? LIMIT ?)`;

export const PAGE_AFTER = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term >= ?
  ORDER BY term
  LIMIT 1`;

export class PostingLists {
  readonly #sql;

  /** @throws AppError index_unusable where the index lacks one of its tables. Whether its format is known, `IndexHealth` tells. */
  constructor(db: DatabaseSync) {
    this.#sql = reading(() => ({
      block: prepareArrays(db, BLOCK),
      before: db.prepare(PAGE_BEFORE),
      between: db.prepare(PAGES_BETWEEN),
      count: db.prepare(COUNT_BETWEEN),
      after: db.prepare(PAGE_AFTER),
    }));
  }

  /** As they are now, the newest first. */
  segments(): Segment[] {
    return reading(() => segmentsOf(this.#block(STRUCTURE_RECORD)));
  }

  /**
   * How many pages have to be read at once for the terms that begin so; not counted beyond so many in a segment. Infinity
   * where they cannot be read as one list.
   */
  pagesOfTerms(beginning: string, segments: Segment[], most: number): number {
    const { term, end } = boundsOf({ text: beginning, prefix: true });
    return reading(() =>
      segments.reduce((sum, segment) => {
        if (this.#isCutWithin(term, segment)) return Infinity;
        return sum + 1 + (this.#sql.count.get(segment.id, term, end, most)!.pages as number);
      }, 0)
    );
  }

  /**
   * Whether a merge that is under way may have handed on some of the terms that begin so to an older segment, and not
   * others: what this one says of an id that came again would then hold for those, too. So it may be wherever a segment
   * begins with one of them; the structure record does not tell of every merge.
   */
  #isCutWithin(beginning: Uint8Array, segment: Segment): boolean {
    if (this.#pageOf(beginning, segment) > segment.first) return false;
    return listsOf(this.#leaf(segment, segment.first), beginning, true)[0]?.isFirst ?? false;
  }

  /** The ids of a stretch that have this term, or a term that begins so where that can be read (`pagesOfTerms`). */
  list(term: IndexTerm, segments: Segment[], stretch: IdRange): PostingList {
    const ofSegment = reading(() =>
      segments.map((segment) =>
        term.prefix ? this.#beginning(term, segment, stretch) : this.#exact(term, segment, stretch)
      ).filter((list) => list !== undefined)
    );
    return ofSegment.length === 1 ? ofSegment[0]! : new UnionPostings(ofSegment, stretch.direction);
  }

  #exact(term: IndexTerm, segment: Segment, stretch: IdRange): PostingList | undefined {
    const { term: bytes, end } = boundsOf(term);
    const page = this.#pageOf(bytes, segment);
    const leaf = this.#leaf(segment, page);
    const [start] = listsOf(leaf, bytes, false);
    if (start === undefined) return undefined;
    const last = start.isLast ? this.#lastPage(end, segment) : page;
    if (last > page) return this.#paged(segment, page, last, start, stretch);
    return new MemoryPostings(within(readIds(leaf, start), stretch), stretch.direction);
  }

  /** Lists that go on over several pages are read as they are needed; all others at once. */
  #beginning(beginning: IndexTerm, segment: Segment, stretch: IdRange): PostingList {
    const { term, end } = boundsOf(beginning);
    const first = this.#pageOf(term, segment);
    const pages = [first];
    for (const { page } of this.#sql.between.all(segment.id, term, end) as { page: number }[]) {
      if (page > first) pages.push(page);
    }
    const last = this.#lastPage(end, segment);
    const short: Ids[] = [];
    const long: PostingList[] = [];
    for (const [i, page] of pages.entries()) {
      const leaf = this.#leaf(segment, page);
      for (const start of listsOf(leaf, term, true)) {
        const next = pages[i + 1] ?? last;
        if (start.isLast && next > page) long.push(this.#paged(segment, page, next, start, stretch));
        else short.push(readIds(leaf, start));
      }
    }
    const ids = within(sortedOnce(joined(short), true), stretch);
    return new UnionPostings([...long, new MemoryPostings(ids, stretch.direction)], stretch.direction, {
      either: true,
    });
  }

  #paged(segment: Segment, first: number, last: number, start: ListStart, stretch: IdRange): PostingList {
    return new PagedPostings(
      (page) =>
        reading(() => {
          const leaf = this.#leaf(segment, page);
          return readIds(leaf, page === first ? start : continued(leaf));
        }),
      { first, last },
      stretch,
    );
  }

  /** The only page that the term could be on, or the first that terms are on that begin so. */
  #pageOf(term: Uint8Array, { id, first }: Segment): number {
    // The directory still names pages that a merge has used up.
    return Math.max(first, this.#sql.before.get(id, term)?.page as number ?? first);
  }

  /** The last page that may have something of a list, for what follows its term. */
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

/** @throws AppError index_unusable where what is read is damaged */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw indexFaultOf(error);
  }
}

function boundsOf({ text, prefix }: IndexTerm): { term: Uint8Array; end: Uint8Array } {
  const term = new TextEncoder().encode(MAIN + text);
  // What follows the term at once, or what follows all that begin with it: UTF-8 has no such byte.
  return { term, end: new Uint8Array([...term, prefix ? 0xff : 0]) };
}
