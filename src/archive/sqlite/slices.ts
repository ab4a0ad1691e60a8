/**
 * SQLite cannot be interrupted, and between two rows that are found it may pass over millions. So a long stretch of ids
 * is read in slices, and the clock is looked at in between.
 */

export type Direction = "ASC" | "DESC";

/** What is read: from the first id up to, and without, the second; from which end. */
export interface Stretch {
  from: number;
  to: number;
  direction: Direction;
}

/** What came of reading a slice: go on, enough was found, or it holds too much to be read at once. */
export type Outcome = "on" | "enough" | "too much";

/** How much wider than a slice the next may be. */
const MOST_GROWTH = 16;
/** How much narrower it is than one that held too much. */
const NARROWER = 4;

/**
 * Reads a stretch slice by slice: the first of this width, the next as wide as could be read in what is left of the time,
 * going by how long the one before took. Hands back what is left at the deadline (as `performance.now` has it), or
 * undefined where all was read, or enough.
 */
export function readSlices(
  stretch: Stretch,
  { width, deadline }: { width: number; deadline: number },
  read: (slice: Stretch) => Outcome,
): Stretch | undefined {
  let rest = stretch;
  let most = MOST_GROWTH;
  while (rest.from < rest.to) {
    const startedAt = performance.now();
    const slice = firstOf(rest, Math.max(1, Math.ceil(width)));
    const outcome = read(slice);
    if (outcome === "enough") return undefined;
    if (outcome === "on") rest = beyond(rest, slice.direction === "DESC" ? slice.from : slice.to - 1);
    const now = performance.now();
    if (now > deadline) return rest.from < rest.to ? rest : undefined;
    if (outcome === "too much") {
      width = (slice.to - slice.from) / NARROWER;
      most = 1;
    } else {
      width *= Math.min(most, (deadline - now) / (now - startedAt));
    }
  }
  return undefined;
}

function firstOf(stretch: Stretch, width: number): Stretch {
  return stretch.direction === "DESC"
    ? { ...stretch, from: Math.max(stretch.from, stretch.to - width) }
    : { ...stretch, to: Math.min(stretch.to, stretch.from + width) };
}

/** What is left of a stretch where nothing beyond this id was read yet. */
export function beyond(stretch: Stretch, id: number): Stretch {
  return stretch.direction === "DESC" ? { ...stretch, to: id } : { ...stretch, from: id + 1 };
}

/** What of a stretch was read when this id was the last. */
export function upTo(stretch: Stretch, id: number): Stretch {
  return stretch.direction === "DESC" ? { ...stretch, from: id } : { ...stretch, to: id + 1 };
}
