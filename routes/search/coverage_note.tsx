/** Gaps in the period of a page of search results: results may be missing. */
import type { Context } from "hono";
import type { TimelinePage, TimelineQuery } from "../../src/archive/timeline.ts";
import { NEWEST, skipOf } from "../../src/chat/place.ts";
import type { Missed } from "../../src/archive/coverage.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { gapLength } from "../../components/channel/gap.tsx";
import { counted } from "../../components/numbers.ts";
import { Moment, Until } from "../../components/time.tsx";
import { wantsFragment } from "../../src/web/htmx.ts";
import type { Env, Site } from "../site.tsx";

export interface MissingInSpan {
  from: number;
  to: number;
  /** Every channel with gaps, most missed first. */
  missed: Missed[];
}

/** Reads the gaps in the span of a page, and the sidebar's channels in the same call; undefined if there are no gaps. */
export async function findMissing(
  site: Site,
  c: Context<Env>,
  query: Omit<TimelineQuery, "limit">,
  page: TimelinePage,
): Promise<MissingInSpan | undefined> {
  const span = searchedSpan(query, page, site.now());
  if (span === undefined) return undefined;
  const missed = await readMissing(site, c, query.channelId, span);
  return missed.length === 0 ? undefined : { ...span, missed };
}

async function readMissing(
  { archive }: Site,
  c: Context<Env>,
  channelId: number | undefined,
  { from, to }: { from: number; to: number },
): Promise<Missed[]> {
  // A fragment has no sidebar, and the search's fields may have asked for the channels already.
  if (wantsFragment(c) || c.get("channels")) return await archive.missed(channelId, from, to);
  const [missed, channels] = await archive.batch(["missed", channelId, from, to], ["channels"]);
  c.set("channels", Promise.resolve(channels));
  return missed;
}

/**
 * The span of time of a page of results. It begins at the oldest result, or on the oldest page at the first day of the
 * search, and ends at the newest result, or on the newest page at the last day of the search or now. If the search was
 * stopped, it begins or ends there. Undefined if it is empty.
 */
export function searchedSpan(
  query: Omit<TimelineQuery, "limit">,
  { events, more, stoppedAt }: TimelinePage,
  now: number,
): { from: number; to: number } | undefined {
  const { place = NEWEST } = query;
  const isNewest = place.at === "newest" && skipOf(place) === 0;
  const after = place.at === "after" ? place.id : undefined;
  const before = place.at === "before" ? place.id : undefined;
  const oldest = after ?? stoppedAt ?? (more ? events.at(-1)?.id : undefined);
  const from = oldest === undefined ? query.from ?? 0 : receivedAt(oldest);
  const end = after === undefined ? before ?? events[0]?.id : stoppedAt ?? (more ? events[0]?.id : undefined);
  const newest = isNewest ? undefined : end;
  const to = Math.min(now, newest === undefined ? query.to ?? now : receivedAt(newest));
  return from < to ? { from, to } : undefined;
}

/** Maximum channels that the open note lists; the others are counted. */
const MAX_LISTED = 20;

/** One folded line: how many channels have gaps in the span, and which. */
export function CoverageNote({ from, to, missed }: MissingInSpan) {
  const rest = missed.length - MAX_LISTED;
  return (
    <details class="note missed-note">
      <summary>
        Results may be missing: {counted(missed.length, "channel")} {missed.length === 1 ? "has" : "have"}
        {" "}
        gaps {from > 0
          ? (
            <>
              between <Moment at={from} /> and <Until from={from} at={to} />
            </>
          )
          : "up to now"}
      </summary>
      <ul>
        {missed.slice(0, MAX_LISTED).map(({ channelId, login, gaps, missedMs }) => (
          <li>
            <a href={`/channels/${channelId}/coverage`}>{login}</a>: {gapLength(missedMs)} in{" "}
            {counted(gaps, "gap")}
          </li>
        ))}
        {rest > 0 && <li>and {counted(rest, "more channel")}</li>}
      </ul>
    </details>
  );
}
