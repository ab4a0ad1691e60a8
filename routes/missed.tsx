/** What was not recorded in the time that a page of search results spans: what is not found may have been missed. */
import type { TimelinePage, TimelineQuery } from "../src/archive/archive.ts";
import type { Missed } from "../src/archive/coverage.ts";
import { receivedAt } from "../src/chat/ids.ts";
import { gapLength } from "../components/gap.tsx";
import { counted } from "../components/numbers.ts";
import { Moment, Until } from "../components/time.tsx";
import type { Site } from "./site.tsx";

export interface SpanMissed {
  from: number;
  to: number;
  /** Most missed first, at most 100. */
  missed: Missed[];
}

/**
 * The span reaches from the oldest result (or, where there are no older ones, from the first day asked for) to the
 * newest (on the newest page: to the last day asked for, or now); where the search was stopped, as far as it came.
 * Undefined where nothing is missing.
 */
export async function missedIn(
  site: Site,
  query: Omit<TimelineQuery, "limit">,
  { events, more, stoppedAt }: TimelinePage,
): Promise<SpanMissed | undefined> {
  const now = site.now();
  const isPaged = query.before !== undefined || query.after !== undefined || (query.page ?? 1) > 1;
  const { after } = query;
  const oldest = after ?? stoppedAt ?? (more ? events.at(-1)?.id : undefined);
  const from = oldest === undefined ? query.from ?? 0 : receivedAt(oldest);
  const end = after === undefined
    ? query.before ?? events[0]?.id
    : stoppedAt ?? (more ? events[0]?.id : undefined);
  const newest = isPaged ? end : undefined;
  const to = Math.min(now, newest === undefined ? query.to ?? now : receivedAt(newest));
  if (from >= to) return undefined;
  const missed = await site.archive.missed(query.channelId, from, to);
  return missed.length === 0 ? undefined : { from, to, missed };
}

/** Channels that are named; of the others only the number is. */
const NAMED = 3;

export function MissedNote({ from, to, missed }: SpanMissed) {
  const rest = missed.length - NAMED;
  return (
    <p class="note missed-note">
      {from > 0
        ? (
          <>
            Between <Moment at={from} /> and <Until from={from} at={to} />
          </>
        )
        : "Up to now"}, not everything was recorded:{" "}
      {missed.slice(0, NAMED).map(({ channelId, login, gaps, missedMs }, i) => (
        <>
          {i > 0 && ", "}
          <a href={`/channels/${channelId}/coverage`}>{login}</a> misses {gapLength(missedMs)} in{" "}
          {counted(gaps, "gap")}
        </>
      ))}
      {rest > 0 && `, and ${counted(rest, "more channel")}`}.
    </p>
  );
}
