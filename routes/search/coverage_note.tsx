/** What was not recorded in the time that a page of search results spans: what is not found may have been missed. */
import type { TimelinePage, TimelineQuery } from "../../src/archive/archive.ts";
import type { Missed } from "../../src/archive/coverage.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { gapLength } from "../../components/gap.tsx";
import { counted } from "../../components/numbers.ts";
import { Moment, Until } from "../../components/time.tsx";
import type { Site } from "../site.tsx";

export interface SpanMissed {
  from: number;
  to: number;
  /** Every channel with gaps, most missed first. */
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

/** Channels that the unfolded note names; of the others it says how many there are. */
const NAMED = 20;

/** One folded line: how many channels have gaps in the span, and which. */
export function MissedNote({ from, to, missed }: SpanMissed) {
  const rest = missed.length - NAMED;
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
        {missed.slice(0, NAMED).map(({ channelId, login, gaps, missedMs }) => (
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
