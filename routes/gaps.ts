/** The gaps that stand among the rows of a page. */
import { type Gap, isJoining } from "../src/chat/coverage.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { receivedAt } from "../src/chat/ids.ts";
import type { Site } from "./site.tsx";

export interface Between {
  /** Where the next page of older rows ends: gaps before it stand there. Missing where there are no older rows. */
  after?: number;
  /** The id that the page ends before; missing where it is the newest. */
  before?: number;
}

/** Those that began between two ids. A gap stands in one page only: that in which it began. */
export async function gapsBetween(site: Site, channelId: number, { after, before }: Between): Promise<Gap[]> {
  const from = after === undefined ? 0 : receivedAt(after);
  const to = before === undefined ? site.now() : receivedAt(before);
  const gaps = await site.archive.gaps(channelId, from, to);
  return gaps.filter((gap) => gap.from >= from && gap.from < to && !isJoining(gap));
}

/** Those of a page of rows by ascending id. */
export function gapsAmong(
  site: Site,
  channelId: number,
  events: readonly StoredEvent[],
  { more, before }: { more: boolean; before?: number },
): Promise<Gap[]> {
  return gapsBetween(site, channelId, { after: more ? events[0]?.id : undefined, before });
}
