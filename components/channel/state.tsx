/** How the recording of a channel stands. */
import { Ago, Clock, isoDay, Moment } from "../time.tsx";
import { count, span } from "../numbers.ts";

export interface ChannelStateProps {
  state: "joined" | "joining" | "refused" | "disabled" | "deleting";
  /** From when on it stands like this. */
  since: number;
  reason?: string;
  nextTryAt?: number;
  /** A second reader's state, and what each of the two missed of what the other had. */
  second?: { state: ChannelStateProps["state"]; missedByFirst: number; missedBySecond: number };
}

const WORDS = {
  joined: "recording",
  joining: "joining",
  refused: "refused",
  disabled: "disabled",
  deleting: "being deleted",
} as const;

/** The word, and where there is a reason why, since when, and when it is tried again. */
export function ChannelState(props: ChannelStateProps & { now: number }) {
  const { state, since, reason, nextTryAt, second, now } = props;
  return (
    <span class={`state s-${state}`}>
      <span class="dot" aria-hidden="true"></span>
      {WORDS[state]}
      {state !== "joined" && reason !== undefined && (
        <span class="why">
          {reason} · since {isoDay(since) === isoDay(now) ? <Clock at={since} /> : <Moment at={since} />}
          {nextTryAt !== undefined &&
            ` · next try ${nextTryAt > now ? `in ${span((nextTryAt - now) / 1000)}` : "now"}`}
        </span>
      )}
      {second && (
        <span
          class="why"
          title={`Of what the other had, the first reader missed ${count(second.missedByFirst)}, ` +
            `the second ${count(second.missedBySecond)}.`}
        >
          second reader {WORDS[second.state]} · missed {count(second.missedByFirst)} /{" "}
          {count(second.missedBySecond)}
        </span>
      )}
    </span>
  );
}

/** Only the dot, for narrow places; its word is there for those who cannot see it. */
export function StateDot({ state }: Pick<ChannelStateProps, "state">) {
  return (
    <span class={`state s-${state}`} title={WORDS[state]}>
      <span class="dot" aria-hidden="true"></span>
      <span class="sr-only">{WORDS[state]}</span>
    </span>
  );
}

/** To the minute: with seconds every row of a list would change at every look. */
export function LastHeard({ at, now }: { at?: number; now: number }) {
  if (at === undefined) return <span class="dim">never</span>;
  return <Ago at={at} now={now - at < 60_000 ? at : now} />;
}
