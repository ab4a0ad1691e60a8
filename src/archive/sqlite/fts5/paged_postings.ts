/** A list that spans several pages, of which a few are in memory at a time. */
import type { DocRange, Docs, PostingList } from "../postings/candidates.ts";
import { joined, MemoryPostings, NONE, within } from "../postings/postings.ts";

/** Approximate number of documents on a page. */
export const DOCS_PER_PAGE = 1_200;
/** Maximum pages to read at once. */
const MAX_AT_ONCE = 16;

/** The pages of a list; the last one may have no documents. */
export interface ListPages {
  first: number;
  last: number;
  /** The documents on adjacent pages, the last one included. */
  docs(first: number, last: number): Docs;
}

export class PagedPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #list: ListPages;
  /** What is left of the range: without the documents that were skipped. */
  #range: DocRange;
  /** The page to read next; at the end of the list, a number outside of it. */
  #next: number;
  /** The documents of the pages that were read last. */
  #docs = new MemoryPostings(NONE, "ASC");
  /** The number of pages to read next: twice as many each time, as long as no page is skipped. */
  #atOnce = 1;
  /** A later page and its first document, so that `reaches` need not read it again for documents before it. */
  #far = { page: NaN, first: NaN };
  /** The page that was looked at last, which is mostly the next one to read. */
  #seen: { page: number; docs: Docs } = { page: NaN, docs: NONE };

  constructor(list: ListPages, range: DocRange) {
    this.#list = list;
    this.#range = range;
    this.pages = list.last - list.first + 1;
    this.size = this.pages * DOCS_PER_PAGE;
    this.#next = this.#isDescending ? list.last : list.first;
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
    const { from, to } = this.#range;
    this.#range = this.#isDescending
      ? { ...this.#range, to: Math.min(to, doc + 1) }
      : { ...this.#range, from: Math.max(from, doc) };
    this.#docs.skip(doc);
    if (!this.#docs.isEmpty || !this.#isPage(this.#next)) return;
    const page = this.#pageWith(doc);
    if (page !== this.#next) this.#atOnce = 1;
    this.#next = page;
  }

  reaches(doc: number, pages: number): boolean {
    const farPage = this.#isDescending ? this.#next - pages : this.#next + pages;
    if (!this.#isPage(farPage)) return true;
    const isEnough = ({ page, first }: { page: number; first: number }) =>
      this.#isDescending ? page >= farPage && first <= doc : page <= farPage && first > doc;
    if (!isEnough(this.#far)) {
      this.#far = { page: farPage, first: firstOf(this.#list.docs(farPage, farPage)) ?? 0 };
    }
    return isEnough(this.#far);
  }

  #hasMore(): boolean {
    while (this.#docs.isEmpty) {
      if (!this.#isPage(this.#next)) return false;
      const { from, to, direction } = this.#range;
      const docs = this.#readOn();
      this.#docs = new MemoryPostings(within(docs, this.#range), direction);
      const isAtEnd = this.#isDescending
        ? Math.abs(docs[0] ?? Infinity) < from
        : Math.abs(docs.at(-1) ?? 0) >= to;
      if (isAtEnd) this.#next = Infinity;
    }
    return true;
  }

  /**
   * Reads the next pages, always in ascending order: operating systems read ahead in that order only, and half of a list's
   * pages are stored in it.
   */
  #readOn(): Docs {
    const [first, last] = this.#isDescending
      ? [Math.max(this.#list.first, this.#next + 1 - this.#atOnce), this.#next]
      : [this.#next, Math.min(this.#list.last, this.#next + this.#atOnce - 1)];
    this.#atOnce = Math.min(2 * this.#atOnce, MAX_AT_ONCE);
    this.#next = this.#isDescending ? first - 1 : last + 1;
    return first === last ? this.#docsOf(first) : this.#list.docs(first, last);
  }

  #isPage(page: number): boolean {
    return page >= this.#list.first && page <= this.#list.last;
  }

  /** The last page, from the next one on, that begins at or before this document. It is mostly near: gallop, then bisect. */
  #pageWith(doc: number): number {
    const { first, last } = this.#list;
    let low = this.#next;
    let high = this.#next + 1;
    if (this.#isDescending) {
      for (let step = 1; low > first && !this.#beginsBy(low, doc); step *= 2) {
        high = low;
        low = Math.max(first, low - step);
      }
    } else {
      for (let step = 1; high <= last && this.#beginsBy(high, doc); step *= 2) {
        low = high;
        high = Math.min(last + 1, high + step);
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
    return (firstOf(this.#docsOf(page)) ?? Infinity) <= doc;
  }

  #docsOf(page: number): Docs {
    if (page !== this.#seen.page) this.#seen = { page, docs: this.#list.docs(page, page) };
    return this.#seen.docs;
  }
}

function firstOf(docs: Docs): number | undefined {
  return docs.length === 0 ? undefined : Math.abs(docs[0]!);
}
