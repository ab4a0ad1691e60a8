/** The card of a channel on the home page. */
import type { Missed } from "../../src/archive/coverage.ts";
import type { Session } from "../../src/archive/statistics.ts";
import { Sparkline } from "../../components/channel/sparkline.tsx";
import { ChannelState, LastHeard } from "../../components/channel/state.tsx";
import { count, counted, span } from "../../components/numbers.ts";
import { Ago } from "../../components/time.tsx";
import { streamAddress } from "../streams/list.tsx";
import type { ChannelView } from "../site.tsx";
import { continues } from "./last_streams.ts";

export interface CardProps extends ChannelView {
  id: string;
  /** Messages of the last day, half an hour a bar. */
  bars: readonly number[];
  missed?: Missed;
  /** The last one. */
  stream?: Session;
  now: number;
}

export function Card({ id, channel, status, bars, missed, stream, now }: CardProps) {
  const today = bars.reduce((sum, n) => sum + n, 0);
  return (
    <li id={id} class="channel-card">
      <div class="card-title">
        <a href={`/channels/${channel.id}`}>{channel.login}</a>
        {status.perMinute > 0 && <span class="rate" data-of="a minute">{count(status.perMinute)}/min</span>}
      </div>
      <ChannelState {...status} now={now} />
      <Sparkline minutes={bars} label={`${counted(today, "message")} in the last 24 hours`} />
      <p class="note">
        {today > 0 ? `${count(today)} today · ` : channel.lastAt !== undefined && (
          <>
            last message <LastHeard at={channel.lastAt} now={now} /> ·{" "}
          </>
        )}
        {channel.messages === 0 ? "no messages yet" : counted(channel.messages, "message")}
      </p>
      {stream && (
        <p class="note last-stream">
          <a href={streamAddress(channel, stream)}>
            {continues(stream, now) ? "Stream" : (
              <>
                Last stream <Ago at={stream.to} now={now} />
              </>
            )}
          </a>{" "}
          · {span((stream.to - stream.from) / 1_000)} · {counted(stream.messages, "message")}
        </p>
      )}
      {missed && missed.missedMs >= 1_000 && (
        <p class="missed-today">
          <a href={`/channels/${channel.id}/coverage`}>{missedWords(missed)}</a>
        </p>
      )}
    </li>
  );
}

function missedWords({ missedMs }: Missed): string {
  return `missed ${span(missedMs / 1_000)} today`;
}
