/** The head of a channel's pages: its name, its state, and its tabs. */
import { LiveState } from "./live_state.tsx";
import type { ChannelStateProps } from "./state.tsx";
import { count, counted, span } from "../numbers.ts";
import { Clock, Day, isoDay, Moment } from "../time.tsx";

export type ChannelTab = "chat" | "events" | "people" | "stats" | "coverage";

export interface ChannelHeadProps {
  channel: { id: number; login: string; messages: number; lastAt?: number };
  state: ChannelStateProps & { perMinute?: number };
  tab: ChannelTab;
  /** Whether the page follows the live stream. */
  isLive?: boolean;
  now: number;
}

const TABS: readonly [ChannelTab, path: string, title: string][] = [
  ["chat", "", "Chat"],
  ["events", "/events", "Events"],
  ["people", "/people", "People"],
  ["stats", "/stats", "Stats"],
  ["coverage", "/coverage", "Coverage"],
];

export function ChannelHead({ channel, state, tab, isLive = false, now }: ChannelHeadProps) {
  return (
    <header class="view-head">
      <h1>{channel.login}</h1>
      <RecordingState channel={channel} state={state} now={now} />
      {isLive && <LiveState />}
      <nav class="segments" aria-label={`Pages of ${channel.login}`}>
        {TABS.map(([name, path, title]) => (
          <a href={`/channels/${channel.id}${path}`} aria-current={name === tab ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
    </header>
  );
}

/** The state of the channel and its numbers, polled. The page shows the state of its own connection only if it is not live. */
export function RecordingState({ channel, state, now }: Pick<ChannelHeadProps, "channel" | "state" | "now">) {
  const { perMinute = 0 } = state;
  return (
    <span
      id="recording"
      class="recording"
      hx-get={`/channels/${channel.id}/state`}
      hx-trigger="every 5s"
      hx-sync="this:drop"
      hx-swap="outerMorph"
      {...{ "hx-status:4xx": "swap:none", "hx-status:5xx": "swap:none" }}
    >
      <span class={`pill p-${hasProblem(state) ? "refused" : state.state}`}>
        <StateWords channel={channel} state={state} now={now} />
      </span>
      <span class="total dim">
        {state.state === "joined" && `${count(perMinute)}/min · `}
        {counted(channel.messages, "message")}
      </span>
    </span>
  );
}

function StateWords({ channel, state, now }: Pick<ChannelHeadProps, "channel" | "state" | "now">) {
  if (hasProblem(state)) return <Problem {...state} now={now} />;
  switch (state.state) {
    case "joined":
      return <>Recording</>;
    case "deleting":
      return <>Being deleted</>;
    case "disabled":
      return (
        <>
          Not recording{" "}
          <span class="why">
            · {channel.lastAt === undefined ? "no messages" : (
              <>
                last message <Day at={channel.lastAt} />
              </>
            )}
          </span>
        </>
      );
    default:
      return <>Joining</>;
  }
}

function Problem({ reason, since, nextTryAt, now }: ChannelStateProps & { now: number }) {
  return (
    <>
      Trouble:{" "}
      <span class="why">
        {reason ?? "Twitch refused the channel"} · since{" "}
        {isoDay(since) === isoDay(now) ? <Clock at={since} /> : <Moment at={since} />}
        {nextTryAt !== undefined &&
          ` · next try ${nextTryAt > now ? `in ${span((nextTryAt - now) / 1000)}` : "now"}`}
      </span>
    </>
  );
}

/** Whether joining was refused, or is delayed for a reason. */
function hasProblem({ state, reason }: ChannelStateProps): boolean {
  return state === "refused" || (state === "joining" && reason !== undefined);
}
