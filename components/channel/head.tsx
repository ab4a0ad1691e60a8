/** The head of a channel's page: its name, its state and its search. */
import type { ChannelStateProps } from "./state.tsx";
import { count, span } from "../numbers.ts";
import { Clock, Day, isoDay, Moment } from "../time.tsx";

export interface ChannelHeadProps {
  channel: { id: number; login: string; messages: number; lastAt?: number };
  state: ChannelStateProps;
  /** Whether the page follows the live stream. */
  isLive: boolean;
  now: number;
}

export function ChannelHead({ channel, state, isLive, now }: ChannelHeadProps) {
  return (
    <header class="view-head">
      <h1>{channel.login}</h1>
      <RecordingState channel={channel} state={state} now={now} />
      <span class="dim total wide">{count(channel.messages)} messages</span>
      <a class="dim total coverage-link" href={`/channels/${channel.id}/coverage`}>Coverage</a>
      <a class="dim total coverage-link" href={`/channels/${channel.id}/stats`}>Statistics</a>
      <form class="find" action="/search/messages" role="search" aria-label={`Search ${channel.login}`}>
        <input type="hidden" name="channel" value={channel.login} />
        <label class="sr-only" for="find">Search this channel</label>
        <input id="find" name="q" type="search" placeholder="Search this channel" enterkeyhint="search" />
      </form>
      {isLive && (
        <span id="live-state" class="live-state" role="status" data-state="connecting">connecting</span>
      )}
    </header>
  );
}

/** The state of the channel, polled. The state of the page's own connection is shown only if it is not live. */
export function RecordingState({ channel, state, now }: Pick<ChannelHeadProps, "channel" | "state" | "now">) {
  return (
    <span
      id="recording"
      class={`state s-${hasProblem(state) ? "refused" : state.state}`}
      hx-get={`/channels/${channel.id}/state`}
      hx-trigger="every 5s"
      hx-sync="this:drop"
      hx-swap="outerMorph"
      {...{ "hx-status:4xx": "swap:none", "hx-status:5xx": "swap:none" }}
    >
      <span class="dot" aria-hidden="true"></span>
      <StateWords channel={channel} state={state} now={now} />
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
