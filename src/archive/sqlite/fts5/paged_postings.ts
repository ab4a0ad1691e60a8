/** A list that spans several pages, of which a few are in memory at a time. */
import type { DocRange, Docs, PostingList } from "../postings/candidates.ts";
import { joined, MemoryPostings, NONE, within } from "../postings/postings.ts";

/** Approximate number of documents on a page. */
export const DOCS_PER_PAGE = 1_200;
const MAX_AT_ONCE = 32;

export class PagedPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #read: (page: number) => Docs;
  readonly #range: DocRange;
  readonly #firstPage: number;
  readonly #lastPage: number;
  /** The page to read next; at the end of the list, a number outside of it. */
  #next: number;
  #docs = new MemoryPostings(NONE, "ASC");
  /** Pages that were read ahead, and the maximum number to read at once. */
  readonly #ahead = new Map<number, Docs>();
  #atOnce = 1;
  /** A later page and its first document, so that `reaches` need not read it again for documents before it. */
  #far = { page: NaN, first: NaN };
  /** The page that was read last, and its documents. */
  #current: { page: number; docs: Docs } = { page: -1, docs: NONE };

  /** @param read returns the part of the list on a page; the last page may have none */
  constructor(
    read: (page: number) => Docs,
    { first, last }: { first: number; last: number },
    range: DocRange,
  ) {
    this.#read = read;
    this.#range = range;
    this.#firstPage = first;
    this.#lastPage = last;
    this.pages = last - first + 1;
    this.size = this.pages * DOCS_PER_PAGE;
    this.#next = this.#isDescending ? last : first;
    this.skip(this.#isDescending ? range.to - 1 : range.from);
  }

  get #isDescending(): boolean {
    return this.#range.direction === "DESC";
  }

  bound(count: number): number | undefined {
    return this.#hasMore() ? this.#docs.bound(count) : undefined;
  }

  take(bound: number): Docs {
    const pieces: Docs[] = [];
    while (this.#hasMore()) {
      pieces.push(this.#docs.take(bound));
      if (!this.#docs.isEmpty) break;
    }
    return joined(this.#isDescending ? pieces.reverse() : pieces);
  }

  skip(doc: number): void {
    this.#docs.skip(doc);
    if (this.#docs.isEmpty && this.#isPage(this.#next)) this.#next = this.#pageWith(doc);
  }

  reaches(doc: number, pages: number): boolean {
    const farPage = this.#isDescending ? this.#next - pages : this.#next + pages;
    if (!this.#isPage(farPage)) return true;
    const isEnough = ({ page, first }: { page: number; first: number }) =>
      this.#isDescending ? page >= farPage && first <= doc : page <= farPage && first > doc;
    // Read directly, because `#docsOf` would drop the pages that were read ahead.
    if (!isEnough(this.#far)) this.#far = { page: farPage, first: Math.abs(this.#read(farPage)[0] ?? 0) };
    return isEnough(this.#far);
  }

  #hasMore(): boolean {
    while (this.#docs.isEmpty) {
      if (!this.#isPage(this.#next)) return false;
      const docs = this.#docsOf(this.#next);
      const { from, to, direction } = this.#range;
      this.#docs = new MemoryPostings(within(docs, this.#range), direction);
      if (this.#isDescending) this.#next = Math.abs(docs[0] ?? Infinity) < from ? -1 : this.#next - 1;
      else this.#next = Math.abs(docs.at(-1) ?? 0) >= to ? Infinity : this.#next + 1;
    }
    return true;
  }

  #isPage(page: number): boolean {
    return page >= this.#firstPage && page <= this.#lastPage;
  }

  /** The last page, from the next one on, that begins at or before this document. It is mostly near: gallop, then bisect. */
  #pageWith(doc: number): number {
    let low = this.#next;
    let high = this.#next + 1;
    if (this.#isDescending) {
      for (let step = 1; low > this.#firstPage && !this.#beginsBy(low, doc); step *= 2) {
        high = low;
        low = Math.max(this.#firstPage, low - step);
      }
    } else {
      for (let step = 1; high <= this.#lastPage && this.#beginsBy(high, doc); step *= 2) {
        low = high;
        high = Math.min(this.#lastPage + 1, high + step);
      }
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#beginsBy(middle, doc)) low = middle;
      else high = middle;
    }
    return low;
  }

  #beginsBy(page: number, doc: number): boolean {
    return Math.abs(this.#docsOf(page)[0] ?? Infinity) <= doc;
  }

  #docsOf(page: number): Docs {
    if (page !== this.#current.page) {
      if (!this.#ahead.has(page)) this.#readUpTo(page);
      this.#current = { page, docs: this.#ahead.get(page)! };
    }
    return this.#current.docs;
  }

  /**
   * Operating systems read ahead in ascending order only, and half of a list's pages are stored in their order. So when
   * pages are needed one by one in descending order, read several in ascending order: twice as many each time.
   */
  #readUpTo(page: number): void {
    const isNext = this.#isDescending && page === this.#current.page - 1;
    this.#atOnce = isNext ? Math.min(2 * this.#atOnce, MAX_AT_ONCE) : 1;
    this.#ahead.clear();
    for (let at = Math.max(this.#firstPage, page + 1 - this.#atOnce); at <= page; at++) {
      this.#ahead.set(at, this.#read(at));
    }
  }
}
