/** A gap in a channel's recording: as a row of its timeline, and in words. */
import { END_REASONS, type Gap, isJoining } from "../../src/chat/coverage.ts";
import { counted, span } from "../numbers.ts";
import { MINUTE_MS } from "../../src/clock.ts";
import { Clock, isoDay, Moment, Until } from "../time.tsx";

const GAP_STATES = {
  "missing": "missing",
  "partly filled": "partly filled",
  "filled": "filled",
} as const satisfies Record<Gap["state"], string>;

/** `static/live/list/gaps.js` replaces a row with the same `data-gap` if `data-filled` differs. */
export function GapRow(
  { gap, day }: { gap: Gap; /** The day of the rows before it, `YYYY-MM-DD`. */ day?: string },
) {
  const isFilled = gap.state === "filled";
  return (
    <li
      class={`edge gap ${isFilled ? "is-filled" : gap.onPurpose ? "on-purpose" : ""}`}
      data-gap={gap.from}
      data-filled={filledMessages(gap)}
    >
      Not recorded <GapTimes gap={gap} day={day} />: {END_REASONS[gap.reason]}
      {gap.fills.length > 0 && (
        <>
          {" · "}
          <FilledFrom gap={gap} />
        </>
      )}
    </li>
  );
}

function GapTimes({ gap: { from, to }, day }: { gap: Gap; day?: string }) {
  if (to === undefined) {
    return (
      <>
        since <Moment at={from} />
      </>
    );
  }
  const isOneDay = isoDay(from) === isoDay(to) && day === isoDay(from);
  const isShort = to - from < 10 * MINUTE_MS;
  return (
    <>
      from {isOneDay ? <Clock at={from} seconds={isShort} /> : <Moment at={from} />} to{" "}
      <Until from={from} at={to} seconds={isShort} /> ({gapLength(to - from)})
    </>
  );
}

/**
 * The spans of gaps that a strip of bars shows, without moments of joining. @param now the end of a gap that
 * continues
 */
export function gapSpans(gaps: readonly Gap[], now: number): { from: number; to: number; title: string }[] {
  return gaps.filter((gap) => gap.state !== "filled" && !isJoining(gap)).map((
    { from, to = now, reason },
  ) => ({
    from,
    to,
    title: `Not recorded for ${gapLength(to - from)}: ${END_REASONS[reason]}`,
  }));
}

/** `6 min`, `less than 1 s` */
export function gapLength(ms: number): string {
  return ms < 1_000 ? "less than 1 s" : span(ms / 1_000);
}

/** `partly filled from recent.example (12 messages)` */
export function FilledFrom({ gap }: { gap: Gap }) {
  const sources = [...new Set(gap.fills.map((fill) => fill.source))].join(", ");
  return <>{GAP_STATES[gap.state]} from {sources} ({counted(filledMessages(gap), "message")})</>;
}

function filledMessages({ fills }: Gap): number {
  return fills.reduce((sum, fill) => sum + fill.messages, 0);
}
