/** A list that goes on over pages, of which some are in memory at a time. */
import { type Ids, joined, MemoryPostings, NONE, type PostingList, within } from "./postings.ts";
import type { IdRange } from "./id_range.ts";

/** About how many ids are on a page. */
const IDS_A_PAGE = 1_200;
const MAX_AT_ONCE = 32;

export class PagedPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #read: (page: number) => Ids;
  readonly #stretch: IdRange;
  readonly #first: number;
  readonly #last: number;
  /** The page that is read next; beyond the first or the last, none. */
  #next: number;
  #ids = new MemoryPostings(NONE, "ASC");
  /** Pages that were read together, of which the last was asked for, and how many that may be. */
  readonly #ahead = new Map<number, Ids>();
  #atOnce = 1;
  /** A page some way ahead, and its first id: what lies before that need not be looked for there again. */
  #far = { page: NaN, first: NaN };
  /** The page that was asked for last. */
  #seen: { page: number; ids: Ids } = { page: -1, ids: NONE };

  /** @param read what of the list is on a page; the last may have nothing of it */
  constructor(
    read: (page: number) => Ids,
    { first, last }: { first: number; last: number },
    stretch: IdRange,
  ) {
    this.#read = read;
    this.#stretch = stretch;
    this.#first = first;
    this.#last = last;
    this.pages = last - first + 1;
    this.size = this.pages * IDS_A_PAGE;
    this.#next = this.#isDescending ? last : first;
    this.skip(this.#isDescending ? stretch.to - 1 : stretch.from);
  }

  get #isDescending(): boolean {
    return this.#stretch.direction === "DESC";
  }

  bound(count: number): number | undefined {
    return this.#hasMore() ? this.#ids.bound(count) : undefined;
  }

  take(bound: number): Ids {
    const pieces: Ids[] = [];
    while (this.#hasMore()) {
      pieces.push(this.#ids.take(bound));
      if (!this.#ids.isEmpty) break;
    }
    return joined(this.#isDescending ? pieces.reverse() : pieces);
  }

  skip(id: number): void {
    this.#ids.skip(id);
    if (this.#ids.isEmpty && this.#isPage(this.#next)) this.#next = this.#pageWith(id);
  }

  reaches(id: number, pages: number): boolean {
    const beyond = this.#isDescending ? this.#next - pages : this.#next + pages;
    if (!this.#isPage(beyond)) return true;
    const isEnough = ({ page, first }: { page: number; first: number }) =>
      this.#isDescending ? page >= beyond && first <= id : page <= beyond && first > id;
    // Not by way of the pages that are read ahead, which would be given up for it.
    if (!isEnough(this.#far)) this.#far = { page: beyond, first: Math.abs(this.#read(beyond)[0] ?? 0) };
    return isEnough(this.#far);
  }

  #hasMore(): boolean {
    while (this.#ids.isEmpty) {
      if (!this.#isPage(this.#next)) return false;
      const ids = this.#on(this.#next);
      const { from, to, direction } = this.#stretch;
      this.#ids = new MemoryPostings(within(ids, this.#stretch), direction);
      if (this.#isDescending) this.#next = Math.abs(ids[0] ?? Infinity) < from ? -1 : this.#next - 1;
      else this.#next = Math.abs(ids.at(-1) ?? 0) >= to ? Infinity : this.#next + 1;
    }
    return true;
  }

  #isPage(page: number): boolean {
    return page >= this.#first && page <= this.#last;
  }

  /** From the next page on, the last that begins with this id or before it. Mostly that is the next: so nearby first. */
  #pageWith(id: number): number {
    let low = this.#next;
    let high = this.#next + 1;
    if (this.#isDescending) {
      for (let step = 1; low > this.#first && !this.#beginsBy(low, id); step *= 2) {
        high = low;
        low = Math.max(this.#first, low - step);
      }
    } else {
      for (let step = 1; high <= this.#last && this.#beginsBy(high, id); step *= 2) {
        low = high;
        high = Math.min(this.#last + 1, high + step);
      }
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#beginsBy(middle, id)) low = middle;
      else high = middle;
    }
    return low;
  }

  #beginsBy(page: number, id: number): boolean {
    return Math.abs(this.#on(page)[0] ?? Infinity) <= id;
  }

  #on(page: number): Ids {
    if (page !== this.#seen.page) {
      if (!this.#ahead.has(page)) this.#readUpTo(page);
      this.#seen = { page, ids: this.#ahead.get(page)! };
    }
    return this.#seen.ids;
  }

  /**
   * Systems read ahead of who reads a file upwards, and half of a list's pages lie in it in their order. So where one after
   * the other is asked for downwards, several are read upwards: twice as many each time.
   */
  #readUpTo(page: number): void {
    const isNext = this.#isDescending && page === this.#seen.page - 1;
    this.#atOnce = isNext ? Math.min(2 * this.#atOnce, MAX_AT_ONCE) : 1;
    this.#ahead.clear();
    for (let at = Math.max(this.#first, page + 1 - this.#atOnce); at <= page; at++) {
      this.#ahead.set(at, this.#read(at));
    }
  }
}
