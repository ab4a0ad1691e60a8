/** Lists of ids that are read piece by piece from one end, and what can be made of several. */
import type { Direction, IdRange } from "./id_range.ts";

/** They ascend, whatever the direction of reading; one that is negative was taken out of the list again. */
export type Ids = Float64Array;

export interface PostingList {
  /** About how many ids it has, and about how many pages have to be read for all of them. */
  readonly size: number;
  readonly pages: number;
  /** Up to where to take next for about so many ids, or fewer; undefined = nothing is left. */
  bound(count: number): number | undefined;
  /** What is left up to and with this id, in the direction of reading. */
  take(bound: number): Ids;
  /** What lies before this id is not wanted any more. */
  skip(id: number): void;
  /** Whether not many more than so many pages have to be read to come to this id. */
  reaches(id: number, pages: number): boolean;
}

export const NONE: Ids = new Float64Array();

/** Ids that are in memory. */
export class MemoryPostings implements PostingList {
  readonly pages = 0;
  readonly size: number;
  readonly #ids: Ids;
  readonly #direction: Direction;
  #from = 0;
  #to: number;

  constructor(ids: Ids, direction: Direction) {
    this.#ids = ids;
    this.#direction = direction;
    this.#to = this.size = ids.length;
  }

  get isEmpty(): boolean {
    return this.#from === this.#to;
  }

  bound(count: number): number | undefined {
    if (this.isEmpty) return undefined;
    return Math.abs(
      this.#direction === "DESC"
        ? this.#ids[Math.max(this.#from, this.#to - count)]!
        : this.#ids[Math.min(this.#to, this.#from + count) - 1]!,
    );
  }

  take(bound: number): Ids {
    const [from, to] = [this.#from, this.#to];
    if (this.#direction === "DESC") {
      this.#to = this.#within(positionOf(this.#ids, bound));
      return this.#ids.subarray(this.#to, to);
    }
    this.#from = this.#within(positionOf(this.#ids, bound + 1));
    return this.#ids.subarray(from, this.#from);
  }

  skip(id: number): void {
    if (this.#direction === "DESC") this.#to = this.#within(positionOf(this.#ids, id + 1));
    else this.#from = this.#within(positionOf(this.#ids, id));
  }

  reaches(): boolean {
    return true;
  }

  #within(position: number): number {
    return Math.min(this.#to, Math.max(this.#from, position));
  }
}

/** Several lists as one. Where they do not agree whether an id was taken out, `either` decides, or else the first. */
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

  take(bound: number): Ids {
    const taken = this.#lists.map((list) => list.take(bound)).filter((ids) => ids.length > 0);
    if (taken.length <= 1) return taken[0] ?? NONE;
    const inOrder = [taken, taken.toReversed()].find(isInOrder);
    return inOrder ? joined(inOrder) : sortedOnce(joined(taken), this.#either);
  }

  skip(id: number): void {
    for (const list of this.#lists) list.skip(id);
  }

  reaches(id: number, pages: number): boolean {
    return this.#lists.every((list) => list.reaches(id, pages));
  }
}

/** One after the other. */
export function joined(pieces: Ids[]): Ids {
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
 * In ascending order, each once. Where an id both is there and was taken out, `either` is enough for it to be there; else
 * what was said of it first holds.
 */
export function sortedOnce(ids: Ids, either: boolean): Ids {
  // Without a function to compare by, sorting is ten times as fast.
  const sorted = ids.every((id) => id > 0)
    ? ids.toSorted()
    : ids.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  let count = 0;
  for (const id of sorted) {
    if (count === 0 || Math.abs(sorted[count - 1]!) !== Math.abs(id)) sorted[count++] = id;
    else if (either && id > 0) sorted[count - 1] = id;
  }
  return sorted.subarray(0, count);
}

/** Whether each piece begins behind the end of the one before. */
function isInOrder(pieces: Ids[]): boolean {
  return pieces.every((ids, i) => i === 0 || Math.abs(pieces[i - 1]!.at(-1)!) < Math.abs(ids[0]!));
}

/** Those that were not taken out. */
export function present(ids: Ids): Ids {
  return ids.every((id) => id > 0) ? ids : ids.filter((id) => id > 0);
}

/** Those of some present ids that are present among others, too. */
export function intersect(some: Ids, others: Ids): Ids {
  const both = new Float64Array(Math.min(some.length, others.length));
  let count = 0;
  let at = 0;
  for (const id of some) {
    while (at < others.length && Math.abs(others[at]!) < id) at++;
    if (at === others.length) break;
    if (others[at] === id) both[count++] = id;
  }
  return both.subarray(0, count);
}

/** Those of a stretch. */
export function within(ids: Ids, { from, to }: IdRange): Ids {
  return ids.subarray(positionOf(ids, from), positionOf(ids, to));
}

/** How many of the ids lie before this one. */
export function positionOf(ids: Ids, id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Math.abs(ids[middle]!) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
