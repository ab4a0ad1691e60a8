/** Continues a search where the archive stopped. */
import type { TimelinePage, TimelineQuery } from "../../src/archive/timeline.ts";
import { NEWEST, skipOf } from "../../src/chat/place.ts";
import type { Site } from "../site.tsx";

/** A page takes no more searching than this; then it shows what was found, with a link that continues. */
const MAX_MS = 300;

interface Searchable extends Pick<Site, "archive"> {
  searches: Pick<Site["searches"], "isContended">;
}

/**
 * The archive ends a slow search after a short time and returns where it stopped, so that other calls have their turn. This
 * continues it, back in time, until the page is full. It does not while other clients wait to search.
 */
export async function continueSearch(
  site: Searchable,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const endAt = performance.now() + MAX_MS;
  const { place = NEWEST, limit } = query;
  let found = await site.archive.timeline(query);
  let skip = skipOf(place);
  while (
    place.at !== "after" && found.stoppedAt !== undefined && found.events.length < limit &&
    performance.now() < endAt && !site.searches.isContended
  ) {
    skip -= found.skipped ?? 0;
    const next = await site.archive.timeline({
      ...query,
      place: { at: "before", id: found.stoppedAt, skip },
      limit: limit - found.events.length,
    });
    found = { ...next, events: [...found.events, ...next.events] };
  }
  return found;
}
