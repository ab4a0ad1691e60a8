/** Pagination of timelines. */

/** The position of a page in a timeline. */
export type Place =
  /** The newest events, after passing over `skip` newer ones (0 by default). */
  | { at: "newest"; skip?: number }
  /** The newest events with an id less than this one, after passing over `skip` of them. */
  | { at: "before"; id: number; skip?: number }
  /** The oldest events with an id greater than this one; with `before`, only those with an id less than that. */
  | { at: "after"; id: number; before?: number }
  /** The event with this id, and as many as the limit on each side of it. */
  | { at: "around"; id: number };

/** The first page. */
export const NEWEST = { at: "newest" } as const satisfies Place;

/** The events before an id, or the newest ones if it is undefined. */
export function placeBefore(id: number | undefined): Extract<Place, { at: "newest" | "before" }> {
  return id === undefined ? NEWEST : { at: "before", id };
}

/** The number of events to skip. */
export function skipOf(place: Place): number {
  return place.at === "newest" || place.at === "before" ? place.skip ?? 0 : 0;
}
