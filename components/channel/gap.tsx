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

/** Gaps that follow each other without a message between them are one row from this number on. */
const MIN_RUN = 3;

interface GapRowsProps {
  /** Gaps without a message between them, by their start. */
  gaps: readonly Gap[];
  /** The day of the rows before them, `YYYY-MM-DD`. */
  day?: string;
}

/** Gaps among the rows of a timeline. Runs of them fold into one row, without those that continue or were filled. */
export function GapRows({ gaps, day }: GapRowsProps) {
  const runs: Gap[][] = [];
  let isOpen = false;
  for (const gap of gaps) {
    const joins = gap.to !== undefined && gap.fills.length === 0;
    if (joins && isOpen) runs.at(-1)!.push(gap);
    else runs.push([gap]);
    isOpen = joins;
  }
  return (
    <>
      {runs.map((run) =>
        run.length < MIN_RUN ? run.map((gap) => <GapRow gap={gap} day={day} />) : <Run gaps={run} day={day} />
      )}
    </>
  );
}

/** If its gaps come again in other rows, nothing of it is left, and the stylesheet hides it. */
function Run({ gaps, day }: GapRowsProps) {
  const missedMs = gaps.reduce((sum, { from, to }) => sum + to! - from, 0);
  return (
    <li class="edge gap-run">
      <details>
        <summary>
          Not recorded {gaps.length} times <FromTo from={gaps[0]!.from} to={gaps.at(-1)!.to!} day={day} />
          {" "}
          ({gapLength(missedMs)} in all)
        </summary>
        <ol>{gaps.map((gap) => <GapRow gap={gap} day={day} />)}</ol>
      </details>
    </li>
  );
}

/** `static/live/list/gaps.js` replaces a row with the same `data-gap` if `data-filled` differs. */
function GapRow({ gap, day }: { gap: Gap; day?: string }) {
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
  return (
    <>
      <FromTo from={from} to={to} day={day} /> ({gapLength(to - from)})
    </>
  );
}

function FromTo({ from, to, day }: { from: number; to: number; day?: string }) {
  const isOneDay = isoDay(from) === isoDay(to) && day === isoDay(from);
  const seconds = to - from < 10 * MINUTE_MS;
  return (
    <>
      from {isOneDay ? <Clock at={from} seconds={seconds} /> : <Moment at={from} seconds={seconds} />} to{" "}
      <Until from={from} at={to} seconds={seconds} />
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
