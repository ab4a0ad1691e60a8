/** Continues a search where the archive stopped. */
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";
import { NEWEST, skipOf } from "../../../src/chat/place.ts";
import type { Site } from "../../site.tsx";

/** Maximum time of searching for a page. Then it shows the results so far, with a link that continues. */
const MAX_MS = 300;

interface Searchable extends Pick<Site, "archive"> {
  searches: Pick<Site["searches"], "isContended">;
}

/**
 * Continues a slow search until the page is full: the archive ends it after a short time and returns where it stopped, so
 * that other calls can run. Stops while other clients wait to search.
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
    found.stoppedAt !== undefined && found.events.length < limit && performance.now() < endAt &&
    !site.searches.isContended
  ) {
    skip -= found.skipped ?? 0;
    const next = await site.archive.timeline({
      ...query,
      place: place.at === "after"
        ? { ...place, id: found.stoppedAt }
        : { at: "before", id: found.stoppedAt, skip },
      limit: limit - found.events.length,
    });
    const events = place.at === "after"
      ? [...next.events, ...found.events]
      : [...found.events, ...next.events];
    found = { ...next, events };
  }
  // Events that are further away are on the next page.
  return found.events.length >= limit ? { ...found, stoppedAt: undefined } : found;
}
