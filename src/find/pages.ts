/** All matches of a query, page by page. */
import type { TimelinePage, TimelineQuery } from "../archive/timeline.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { Place } from "../chat/place.ts";

/** Rows read at once. */
const PAGE = 500;

/** @param find reads a page; a search that it ends early is continued */
export async function* pagesOf(
  query: Omit<TimelineQuery, "place" | "limit">,
  oldestFirst: boolean,
  find: (query: TimelineQuery) => Promise<TimelinePage>,
): AsyncGenerator<StoredEvent[]> {
  let place: Place = oldestFirst ? { at: "after", id: -1 } : { at: "newest" };
  while (true) {
    const { events, more, stoppedAt } = await find({ ...query, place, limit: PAGE });
    if (events.length > 0) yield oldestFirst ? events.toReversed() : events;
    const last = stoppedAt ?? (oldestFirst ? events[0] : events.at(-1))?.id;
    if (!more || last === undefined) return;
    place = { at: oldestFirst ? "after" : "before", id: last };
  }
}
