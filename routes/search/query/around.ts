/** A page of results around a moment. */
import type { TimelinePage, TimelineQuery } from "../../../src/archive/timeline.ts";
import { firstIdAt } from "../../../src/chat/ids.ts";
import type { Site } from "../../site.tsx";
import { continueSearch } from "./continue.ts";

export interface AroundPage {
  /** The results of both halves. */
  page: TimelinePage;
  /** The moment, epoch milliseconds. */
  at: number;
  /** Whether a half was not searched to its end. */
  isCut: boolean;
  /** The id before which older results are, and after which newer ones; undefined if there are none. */
  older?: number;
  newer?: number;
}

/** Half of the page before the moment, half at or after it. */
export async function searchAround(site: Site, query: TimelineQuery, at: number): Promise<AroundPage> {
  const limit = Math.ceil(query.limit / 2);
  const id = firstIdAt(at);
  const older = await continueSearch(site, { ...query, place: { at: "before", id }, limit });
  const newerLimit = Math.max(1, query.limit - limit);
  const newer = await continueSearch(site, {
    ...query,
    place: { at: "after", id: id - 1 },
    limit: newerLimit,
  });
  return {
    page: { events: [...newer.events, ...older.events], more: older.more, moreNewer: newer.more },
    at,
    isCut: older.stoppedAt !== undefined || newer.stoppedAt !== undefined,
    older: older.more ? older.stoppedAt ?? older.events.at(-1)?.id ?? id : undefined,
    newer: newer.more ? newer.stoppedAt ?? newer.events[0]?.id ?? id - 1 : undefined,
  };
}
