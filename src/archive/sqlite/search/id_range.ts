/** Ranges of message ids, which are times of receipt. */
import type { CandidateIndex, Direction, DocRange } from "../postings/candidates.ts";

/** The messages at or after `from` and before `to`, and the direction of reading. */
export interface IdRange {
  from: number;
  to: number;
  direction: Direction;
}

/** The part of a range that is left after reading up to `id`. */
export function restOf(range: IdRange, id: number): IdRange {
  return range.direction === "DESC" ? { ...range, to: id } : { ...range, from: id + 1 };
}

/** The part of a range that was read, if `id` was the last one. */
export function consumed(range: IdRange, id: number): IdRange {
  return range.direction === "DESC" ? { ...range, from: id } : { ...range, to: id + 1 };
}

/** The parts of a range before an id and from it on, in the order of reading. */
export function splitAt(range: IdRange, id: number): IdRange[] {
  if (id <= range.from || id >= range.to) return [range];
  const [older, newer] = [{ ...range, to: id }, { ...range, from: id }];
  return range.direction === "DESC" ? [newer, older] : [older, newer];
}

export function docRangeOf({ from, to, direction }: IdRange, index: CandidateIndex): DocRange {
  return { from: index.docAt(from), to: index.docAt(to), direction };
}
