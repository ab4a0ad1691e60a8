/** Posting lists that are computed from others: unions, intersections and differences. */
import type { Direction, Docs, PostingList } from "./candidates.ts";
import { endsOf, intersect, merged, NONE, present, subtract } from "./postings.ts";

/**
 * The union of several lists. If they disagree whether a document was removed, the first list decides; with `either`, a
 * document stays if any list has it.
 */
export class UnionPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #lists: PostingList[];
  readonly #direction: Direction;
  readonly #either: boolean;

  constructor(lists: PostingList[], direction: Direction, { either = false } = {}) {
    this.#lists = lists;
    this.#direction = direction;
    this.#either = either;
    this.size = lists.reduce((sum, { size }) => sum + size, 0);
    this.pages = lists.reduce((sum, { pages }) => sum + pages, 0);
  }

  bound(count: number): number | undefined {
    const bounds = this.#lists.map((list) => list.bound(count)).filter((bound) => bound !== undefined);
    if (bounds.length === 0) return undefined;
    return this.#direction === "DESC" ? Math.max(...bounds) : Math.min(...bounds);
  }

  take(bound: number): Docs {
    return merged(this.#lists.map((list) => list.take(bound)), this.#either);
  }

  skip(doc: number): void {
    for (const list of this.#lists) list.skip(doc);
  }

  reaches(doc: number, pages: number): boolean {
    return this.#lists.every((list) => list.reaches(doc, pages));
  }
}

/** The documents that all of several lists contain. */
export class IntersectionPostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #shortest: PostingList;
  readonly #others: PostingList[];
  readonly #direction: Direction;

  constructor(lists: readonly PostingList[], direction: Direction) {
    const [shortest, ...others] = lists.toSorted((a, b) => a.size - b.size);
    this.#shortest = shortest!;
    this.#others = others;
    this.#direction = direction;
    this.size = shortest!.size;
    this.pages = lists.reduce((sum, { pages }) => sum + pages, 0);
  }

  bound(count: number): number | undefined {
    return this.#shortest.bound(count);
  }

  take(bound: number): Docs {
    let docs = present(this.#shortest.take(bound));
    for (const other of this.#others) docs = intersect(docs, alongside(docs, other, this.#direction));
    return docs;
  }

  skip(doc: number): void {
    this.#shortest.skip(doc);
  }

  reaches(doc: number, pages: number): boolean {
    return this.#shortest.reaches(doc, pages) && this.#others.every((list) => list.reaches(doc, pages));
  }
}

/** The documents of one list that another one does not contain. */
export class DifferencePostings implements PostingList {
  readonly size: number;
  readonly pages: number;
  readonly #list: PostingList;
  readonly #without: PostingList;
  readonly #direction: Direction;

  constructor(list: PostingList, without: PostingList, direction: Direction) {
    this.#list = list;
    this.#without = without;
    this.#direction = direction;
    this.size = list.size;
    this.pages = list.pages + without.pages;
  }

  bound(count: number): number | undefined {
    return this.#list.bound(count);
  }

  take(bound: number): Docs {
    const docs = present(this.#list.take(bound));
    return subtract(docs, alongside(docs, this.#without, this.#direction));
  }

  skip(doc: number): void {
    this.#list.skip(doc);
  }

  reaches(doc: number, pages: number): boolean {
    return this.#list.reaches(doc, pages) && this.#without.reaches(doc, pages);
  }
}

/** The part of a list between the first and the last of these documents. */
function alongside(docs: Docs, list: PostingList, direction: Direction): Docs {
  if (docs.length === 0) return NONE;
  const [first, last] = endsOf(docs, direction);
  list.skip(first);
  return list.take(last);
}
