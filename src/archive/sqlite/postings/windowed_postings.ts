/** Reads a list in bounded windows, so that the caller can check the clock between them. */
import type { DocRange, Docs, PostingList } from "./candidates.ts";
import { joined, MemoryPostings, NONE } from "./postings.ts";

/** Approximate number of documents that MATCH finds in the time in which `fts5/` reads a page. */
const DOCS_PER_PAGE = 40;
/** Cost of an empty window, in pages. */
const EMPTY_WINDOW_PAGES = 4;
/** A window ends at this many documents: about half a millisecond. */
const MAX_DOCS = 1_000;
/** The first window is an hour of message ids wide. Windows that take less than {@link WINDOW_MS} or are empty double. */
const FIRST_WIDTH = 3_600_000 * 64;
const WINDOW_MS = 0.5;
/** The size of a list is estimated from this many documents, or from those found in this time. */
const SAMPLE_DOCS = 100;
const SAMPLE_MS = 2;

/** Returns the first documents of a range in its direction, at most `max`. */
export type ReadWindow = (range: DocRange, max: number) => Docs;

export class WindowedPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #read: ReadWindow;
  /** The range that is not read yet. */
  #rest: DocRange;
  #width = FIRST_WIDTH;
  /** Documents that are read but not taken yet. */
  #docs = new MemoryPostings(NONE, "ASC");

  constructor(read: ReadWindow, range: DocRange) {
    this.#read = read;
    this.#rest = range;
    const all = this.#unread;
    let found = 0;
    for (const endAt = performance.now() + SAMPLE_MS; this.#unread > 0 && found < SAMPLE_DOCS;) {
      found += this.#readOn();
      if (performance.now() > endAt) break;
    }
    this.size = this.#unread > 0 ? Math.ceil(found * all / (all - this.#unread)) : found;
    this.pages = Math.ceil(this.size / DOCS_PER_PAGE);
  }

  /** Reads at most one window. If that is empty, returns its end, so that the caller calls again. */
  bound(count: number): number | undefined {
    if (this.#docs.isEmpty && this.#unread > 0) this.#readOn();
    if (!this.#docs.isEmpty) return this.#docs.bound(count);
    if (this.#unread <= 0) return undefined;
    return this.#isDescending ? this.#rest.to : this.#rest.from - 1;
  }

  take(bound: number): Docs {
    const pieces = [this.#docs.take(bound)];
    while (this.#docs.isEmpty && this.#isUnread(bound)) {
      this.#readOn();
      pieces.push(this.#docs.take(bound));
    }
    return joined(this.#isDescending ? pieces.reverse() : pieces);
  }

  skip(doc: number): void {
    this.#docs.skip(doc);
    if (!this.#docs.isEmpty) return;
    const { from, to } = this.#rest;
    this.#rest = this.#isDescending
      ? { ...this.#rest, to: Math.min(to, doc + 1) }
      : { ...this.#rest, from: Math.max(from, doc) };
  }

  /** Reads up to the document, so that `take` finds it in memory. */
  reaches(doc: number, pages: number): boolean {
    for (let left = pages; this.#isUnread(doc);) {
      if (left <= 0) return false;
      left -= Math.max(EMPTY_WINDOW_PAGES, this.#readOn() / DOCS_PER_PAGE);
    }
    return true;
  }

  get #isDescending(): boolean {
    return this.#rest.direction === "DESC";
  }

  get #unread(): number {
    return this.#rest.to - this.#rest.from;
  }

  /** Whether there may be documents up to this one that are not read. */
  #isUnread(doc: number): boolean {
    return this.#unread > 0 && (this.#isDescending ? this.#rest.to > doc : this.#rest.from <= doc);
  }

  /** Reads the next window. @returns its number of documents */
  #readOn(): number {
    const { from, to, direction } = this.#rest;
    const window = this.#isDescending
      ? { from: Math.max(from, to - this.#width), to, direction }
      : { from, to: Math.min(to, from + this.#width), direction };
    const startedAt = performance.now();
    const docs = this.#read(window, MAX_DOCS);
    const isFull = docs.length === MAX_DOCS;
    const isQuick = performance.now() - startedAt < WINDOW_MS;
    if (!isFull && (isQuick || docs.length === 0)) this.#width *= 2;
    const last = isFull ? docs.at(-1)! : undefined;
    if (this.#isDescending) this.#rest = { from, to: last ?? window.from, direction };
    else this.#rest = { from: last === undefined ? window.to : last + 1, to, direction };
    this.#keep(this.#isDescending ? docs.toReversed() : docs);
    return docs.length;
  }

  /** Appends documents to those that are not taken yet. @param docs ascending */
  #keep(docs: Docs): void {
    const { direction } = this.#rest;
    const kept = this.#docs.take(this.#isDescending ? -Infinity : Infinity);
    this.#docs = new MemoryPostings(joined(this.#isDescending ? [docs, kept] : [kept, docs]), direction);
  }
}
