/** A stretch of ids, and from which end it is read. */
export type Direction = "ASC" | "DESC";

/** What is read: from the first id up to, and without, the second; from which end. */
export interface IdRange {
  from: number;
  to: number;
  direction: Direction;
}

/** What is left of a stretch where nothing beyond this id was read yet. */
export function remaining(stretch: IdRange, id: number): IdRange {
  return stretch.direction === "DESC" ? { ...stretch, to: id } : { ...stretch, from: id + 1 };
}

/** What of a stretch was read when this id was the last. */
export function consumed(stretch: IdRange, id: number): IdRange {
  return stretch.direction === "DESC" ? { ...stretch, from: id } : { ...stretch, to: id + 1 };
}
