/** Posting lists in memory, and what is computed with their documents. */
import type { Direction, DocRange, Docs, PostingList } from "./candidates.ts";

export const NONE: Docs = new Float64Array();

/** A list that is in memory. */
export class MemoryPostings implements PostingList {
  readonly pages = 0;
  readonly size: number;
  readonly #docs: Docs;
  readonly #direction: Direction;
  #from = 0;
  #to: number;

  constructor(docs: Docs, direction: Direction) {
    this.#docs = docs;
    this.#direction = direction;
    this.#to = this.size = docs.length;
  }

  get isEmpty(): boolean {
    return this.#from === this.#to;
  }

  bound(count: number): number | undefined {
    if (this.isEmpty) return undefined;
    return Math.abs(
      this.#direction === "DESC"
        ? this.#docs[Math.max(this.#from, this.#to - count)]!
        : this.#docs[Math.min(this.#to, this.#from + count) - 1]!,
    );
  }

  take(bound: number): Docs {
    const [from, to] = [this.#from, this.#to];
    if (this.#direction === "DESC") {
      this.#to = this.#within(positionOf(this.#docs, bound));
      return this.#docs.subarray(this.#to, to);
    }
    this.#from = this.#within(positionOf(this.#docs, bound + 1));
    return this.#docs.subarray(from, this.#from);
  }

  skip(doc: number): void {
    if (this.#direction === "DESC") this.#to = this.#within(positionOf(this.#docs, doc + 1));
    else this.#from = this.#within(positionOf(this.#docs, doc));
  }

  reaches(): boolean {
    return true;
  }

  #within(position: number): number {
    return Math.min(this.#to, Math.max(this.#from, position));
  }
}

/** The pieces one after the other. */
export function joined(pieces: Docs[]): Docs {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * The union of ascending lists: of each document its first entry, or with `either` preferably one that was not removed. For
 * a few lists; thousands of short ones are faster to sort.
 */
export function merged(lists: Docs[], either: boolean): Docs {
  if (lists.length <= 1) return lists[0] ?? NONE;
  const middle = lists.length >>> 1;
  return mergedTwo(merged(lists.slice(0, middle), either), merged(lists.slice(middle), either), either);
}

function mergedTwo(some: Docs, others: Docs, either: boolean): Docs {
  if (others.length === 0) return some;
  if (some.length === 0) return others;
  if (Math.abs(some.at(-1)!) < Math.abs(others[0]!)) return joined([some, others]);
  if (Math.abs(others.at(-1)!) < Math.abs(some[0]!)) return joined([others, some]);
  const all = new Float64Array(some.length + others.length);
  let count = 0;
  let at = 0;
  for (const doc of some) {
    while (at < others.length && Math.abs(others[at]!) < Math.abs(doc)) all[count++] = others[at++]!;
    const isInBoth = at < others.length && Math.abs(others[at]!) === Math.abs(doc);
    all[count++] = isInBoth && either && doc < 0 ? others[at]! : doc;
    if (isInBoth) at++;
  }
  all.set(others.subarray(at), count);
  return all.subarray(0, count + others.length - at);
}

/** The same for documents in any order. */
export function sortedOnce(docs: Docs, either: boolean): Docs {
  // Without a comparison function, sorting is ten times as fast.
  const sorted = hasRemoved(docs) ? docs.toSorted((a, b) => Math.abs(a) - Math.abs(b)) : docs.toSorted();
  let count = 0;
  for (const doc of sorted) {
    if (count === 0 || Math.abs(sorted[count - 1]!) !== Math.abs(doc)) sorted[count++] = doc;
    else if (either && doc > 0) sorted[count - 1] = doc;
  }
  return sorted.subarray(0, count);
}

/** The documents that were not removed. */
export function present(docs: Docs): Docs {
  return hasRemoved(docs) ? docs.filter((doc) => doc > 0) : docs;
}

/** A loop takes a nanosecond a document, and `some` with a function four. */
function hasRemoved(docs: Docs): boolean {
  for (let i = 0; i < docs.length; i++) if (docs[i]! < 0) return true;
  return false;
}

/** The documents that both lists have. @param some has no removed ones */
export function intersect(some: Docs, others: Docs): Docs {
  const both = new Float64Array(Math.min(some.length, others.length));
  let count = 0;
  let at = 0;
  for (const doc of some) {
    while (at < others.length && Math.abs(others[at]!) < doc) at++;
    if (at === others.length) break;
    if (others[at] === doc) both[count++] = doc;
  }
  return both.subarray(0, count);
}

/** The documents that the others do not have. @param some has no removed ones */
export function subtract(some: Docs, others: Docs): Docs {
  const rest = new Float64Array(some.length);
  let count = 0;
  let at = 0;
  for (const doc of some) {
    while (at < others.length && Math.abs(others[at]!) < doc) at++;
    if (others[at] !== doc) rest[count++] = doc;
  }
  return rest.subarray(0, count);
}

/** The first and the last document in the direction of reading. @param docs at least one */
export function endsOf(docs: Docs, direction: Direction): [first: number, last: number] {
  const [oldest, newest] = [docs[0]!, docs.at(-1)!];
  return direction === "DESC" ? [newest, oldest] : [oldest, newest];
}

/** The documents of a range. */
export function within(docs: Docs, { from, to }: DocRange): Docs {
  return docs.subarray(positionOf(docs, from), positionOf(docs, to));
}

/** The number of documents before this one. */
export function positionOf(docs: Docs, doc: number): number {
  let low = 0;
  let high = docs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Math.abs(docs[middle]!) < doc) low = middle + 1;
    else high = middle;
  }
  return low;
}
