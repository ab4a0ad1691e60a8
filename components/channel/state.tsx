/** The state of a channel's recording. */
import { Ago } from "../time.tsx";
import { count, span } from "../numbers.ts";

export interface ChannelStateProps {
  state: "joined" | "joining" | "refused" | "disabled" | "deleting";
  /** Since when. */
  since: number;
  reason?: string;
  nextTryAt?: number;
  /** The second reader's state, and how many messages each reader missed that the other received. */
  second?: { state: ChannelStateProps["state"]; missedByFirst: number; missedBySecond: number };
}

const WORDS = {
  joined: "recording",
  joining: "joining",
  refused: "refused",
  disabled: "disabled",
  deleting: "being deleted",
} as const;

/** The state, and for a problem the reason, its time and the next try. */
export function ChannelState(props: ChannelStateProps & { now: number }) {
  const { state, since, reason, nextTryAt, second, now } = props;
  return (
    <span class={`state s-${state}`}>
      <span class="dot" aria-hidden="true"></span>
      {WORDS[state]}
      {state !== "joined" && reason !== undefined && (
        <span class="why">
          {reason} · for {span(Math.floor((now - since) / 60_000) * 60)}
          {nextTryAt !== undefined &&
            ` · next try ${nextTryAt > now ? `in ${span((nextTryAt - now) / 1000)}` : "now"}`}
        </span>
      )}
      {second && (
        <span
          class="why"
          title={`Messages that only the other reader received: the first missed ${
            count(second.missedByFirst)
          }, ` +
            `the second ${count(second.missedBySecond)}.`}
        >
          second reader {WORDS[second.state]} · missed {count(second.missedByFirst)} /{" "}
          {count(second.missedBySecond)}
        </span>
      )}
    </span>
  );
}

/** Only the dot, with its text for screen readers. */
export function StateDot({ state }: Pick<ChannelStateProps, "state">) {
  return (
    <span class={`state s-${state}`} title={WORDS[state]}>
      <span class="dot" aria-hidden="true"></span>
      <span class="sr-only">{WORDS[state]}</span>
    </span>
  );
}

/** In minutes, because with seconds every row of a list would change with every poll. */
export function LastHeard({ at, now }: { at?: number; now: number }) {
  if (at === undefined) return <span class="dim">never</span>;
  return <Ago at={at} now={now - at < 60_000 ? at : now} />;
}
