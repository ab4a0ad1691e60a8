/** Searching on where the archive stopped. */
import type { TimelinePage, TimelineQuery } from "../../src/archive/archive.ts";
import type { Site } from "../site.tsx";

/** A page is made of so much searching; then it shows what there is, and a link goes on from there. */
const PATIENCE_MS = 300;

interface Searched extends Pick<Site, "archive"> {
  searches: Pick<Site["searches"], "isContended">;
}

/**
 * The archive ends a search for texts that hardly ever occur after a short while and says where it stopped, so that
 * other questions have their turn. Here it is asked on, back in time, until the page is full; where others wait to search,
 * once is enough.
 */
export async function searchOn(
  site: Searched,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const endAt = performance.now() + PATIENCE_MS;
  let found = await site.archive.timeline(query);
  if (query.after !== undefined) return found;
  const { page = 1, ...rest } = query;
  let skip = (page - 1) * query.limit;
  while (
    found.stoppedAt !== undefined && found.events.length < query.limit && performance.now() < endAt &&
    !site.searches.isContended
  ) {
    skip -= found.skipped ?? 0;
    const limit = query.limit - found.events.length;
    const next = await site.archive.timeline({ ...rest, skip, before: found.stoppedAt, limit });
    found = { ...next, events: [...found.events, ...next.events] };
  }
  return found;
}
