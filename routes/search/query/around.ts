/** A page of results around a moment. */
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";
import { firstIdAt } from "../../../src/chat/ids.ts";
import type { Site } from "../../site.tsx";
import { continueSearch } from "./continue.ts";

/** Half of the page before the moment, half at or after it. */
export async function searchAround(site: Site, query: TimelineQuery, at: number): Promise<TimelinePage> {
  const limit = Math.ceil(query.limit / 2);
  const id = firstIdAt(at);
  const older = await continueSearch(site, { ...query, place: { at: "before", id }, limit });
  const newer = await continueSearch(site, { ...query, place: { at: "after", id: id - 1 }, limit });
  return {
    events: [...newer.events, ...older.events],
    more: older.more,
    moreNewer: newer.more,
    // Where nothing was found, the page says how far the search came.
    ...older.events.length + newer.events.length === 0 && { stoppedAt: older.stoppedAt },
  };
}
