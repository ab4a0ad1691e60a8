/** Streams: times in which people wrote without a long pause; of one channel, or the last of every channel. */
import type { Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import { type Session, SESSION_PAUSE_MINUTES } from "../../src/archive/statistics.ts";
import type { Histogram } from "../../src/archive/timeline.ts";
import { DAY_MS } from "../../src/clock.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { IsValue } from "../../src/search/language/values.ts";
import { printMoment } from "../../src/search/language/moment.ts";
import { ChannelHead } from "../../components/channel/head.tsx";
import { count, span } from "../../components/numbers.ts";
import { Clock, Day, Moment, Until } from "../../components/time.tsx";
import { channelAt } from "../shared/find_channel.ts";
import { inTurn } from "../shared/in_turn.ts";
import { type Env, type Site, statusOf } from "../site.tsx";

/** Days before the last message in which streams of a channel are looked for. */
const DAYS = 60;
const STREAMS = 25;
/** For the list of all channels: the ones that were written in last, and days before that. */
const CHANNELS = 60;
const LATEST_DAYS = 14;

const COUNTED: readonly [title: string, facts: readonly IsValue[]][] = [
  ["New people", ["first"]],
  ["Subs", ["sub", "resub", "gift"]],
  ["Raids", ["raid"]],
  ["Removed", ["deleted"]],
];

/** The last stream of every channel, newest first. */
export function all(site: Site): Handler<Env> {
  return async (c) => {
    const channels = (await site.channels(c)).map(({ channel }) => channel)
      .filter(({ lastAt }) => lastAt !== undefined)
      .sort((a, b) => b.lastAt! - a.lastAt!)
      .slice(0, CHANNELS);
    return await inTurn(site, c, async () => {
      const found = channels.length === 0 ? [] : await site.archive.batch(
        ...channels.map(({ id, lastAt }) =>
          ["sessions", { channelId: id, from: lastAt! - LATEST_DAYS * DAY_MS, to: lastAt! + 1 }, 1] as const
        ),
      );
      const latest = channels.flatMap((channel, i) => found[i]!.map((session) => ({ channel, session })))
        .sort((a, b) => b.session.to - a.session.to);
      return await site.page(
        c,
        { title: "Streams", section: "streams" },
        <div class="page">
          <h1>Streams</h1>
          {latest.length === 0
            ? <p class="empty">No streams yet: nothing was said for ten minutes in a row.</p>
            : <Latest latest={latest} />}
          <Explanation />
        </div>,
      );
    });
  };
}

/** The streams of the channel of `/channels/{id}/streams`, newest first. */
export function ofChannel(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    return await inTurn(site, c, async () => {
      const to = (channel.lastAt ?? site.now()) + 1;
      const sessions = await site.archive.sessions(
        { channelId: channel.id, from: to - DAYS * DAY_MS, to },
        STREAMS,
      );
      const calls = sessions.flatMap((session) => [
        ["chatters", { channelId: channel.id, from: session.from, to: session.to }, 1] as const,
        ...COUNTED.map(([, facts]) =>
          ["histogram", {
            channelId: channel.id,
            from: session.from,
            to: session.to,
            search: isOneOf(...facts),
          }, 1] as const
        ),
      ]);
      const [channels, ...counts] = await site.archive.batch(["channels"], ...calls);
      c.set("channels", Promise.resolve(channels));
      const step = COUNTED.length + 1;
      const streams = sessions.map((session, i): Stream => {
        const [chatters, ...counted] = counts.slice(i * step, (i + 1) * step);
        return {
          session,
          people: (chatters as { people: number }).people,
          counted: counted as (Histogram | undefined)[],
        };
      });
      return await site.page(
        c,
        { title: `Streams of ${channel.login}`, section: "channels", channelId: channel.id },
        <>
          <ChannelHead
            channel={channel}
            state={statusOf(channel, site.recorder.status())}
            tab="stats"
            now={site.now()}
          />
          <div class="page">
            <h2>Streams</h2>
            {streams.length === 0
              ? <p class="empty">No streams in the {DAYS} days before the last message.</p>
              : <Streams channel={channel} streams={streams} />}
            <Explanation />
          </div>
        </>,
      );
    });
  };
}

interface Stream {
  session: Session;
  people: number;
  /** Counts of {@link COUNTED}. */
  counted: readonly (Histogram | undefined)[];
}

/** The page with the events of a stream. */
export function streamAddress(channel: Channel, { from, to }: Session): string {
  return `/channels/${channel.id}/stats?${new URLSearchParams({
    after: printMoment(from),
    before: printMoment(to),
  })}`;
}

function Latest({ latest }: { latest: readonly { channel: Channel; session: Session }[] }) {
  return (
    <table class="list streams">
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">Last stream</th>
          <th scope="col" class="number">Length</th>
          <th scope="col" class="number">Messages</th>
          <th scope="col" class="number wide">Busiest minute</th>
        </tr>
      </thead>
      <tbody>
        {latest.map(({ channel, session }) => (
          <tr>
            <th scope="row">
              <a href={`/channels/${channel.id}/streams`}>{channel.login}</a>
            </th>
            <td>
              <a href={streamAddress(channel, session)}>
                <Moment at={session.from} /> – <Until from={session.from} at={session.to} />
              </a>
            </td>
            <td class="number">{span((session.to - session.from) / 1_000)}</td>
            <td class="number" data-of="messages">{count(session.messages)}</td>
            <td class="number wide">
              <Busiest channel={channel} session={session} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Streams({ channel, streams }: { channel: Channel; streams: readonly Stream[] }) {
  return (
    <table class="list streams">
      <thead>
        <tr>
          <th scope="col">Stream</th>
          <th scope="col" class="number">Length</th>
          <th scope="col" class="number">Messages</th>
          <th scope="col" class="number">People</th>
          {COUNTED.map(([title]) => <th scope="col" class="number wide">{title}</th>)}
          <th scope="col" class="number wide">Busiest minute</th>
        </tr>
      </thead>
      <tbody>
        {streams.map(({ session, people, counted }) => (
          <tr>
            <th scope="row">
              <a href={streamAddress(channel, session)}>
                <Day at={session.from} />, <Clock at={session.from} /> –{" "}
                <Until from={session.from} at={session.to} />
              </a>
            </th>
            <td class="number">{span((session.to - session.from) / 1_000)}</td>
            <td class="number" data-of="messages">{count(session.messages)}</td>
            <td class="number" data-of="people">{count(people)}</td>
            {counted.map((histogram, i) => (
              <td class="number wide counted" data-of={COUNTED[i]![0].toLowerCase()}>
                {histogram ? count(histogram.messages) : "?"}
              </td>
            ))}
            <td class="number wide">
              <Busiest channel={channel} session={session} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Busiest({ channel, session }: { channel: Channel; session: Session }) {
  const at = new Date(session.busiestAt).toISOString().slice(0, 19);
  return (
    <a href={`/channels/${channel.id}?at=${at}Z`}>
      {count(session.busiest)} at <Clock at={session.busiestAt} />
    </a>
  );
}

function Explanation() {
  return (
    <p class="note">
      A stream here is a time in which people wrote without a pause of more than {SESSION_PAUSE_MINUTES}{" "}
      minutes. Twitch does not tell chat readers when a channel is live.
    </p>
  );
}
