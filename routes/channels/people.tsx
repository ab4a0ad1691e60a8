/** The people of a channel in a span of time: the most active, new and returning ones. */
import type { Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { Chatters } from "../../src/archive/statistics.ts";
import type { TimelinePage } from "../../src/archive/timeline.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { ChannelHead } from "../../components/channel/head.tsx";
import { Name } from "../../components/message/author.tsx";
import { count, counted, percent } from "../../components/numbers.ts";
import { Moment } from "../../components/time.tsx";
import { channelAt } from "../shared/find_channel.ts";
import { inTurn } from "../shared/in_turn.ts";
import { operator } from "../search/query/fields.ts";
import { type Env, type Site, statusOf } from "../site.tsx";
import { CountedSince } from "./counted_since.tsx";
import { SpanChoice } from "./span_choice.tsx";
import { messagesAddress, queryOf, type Span, spanOf } from "./stats_span.ts";

const TOP = 100;
const NEW = 30;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const span = spanOf(c, channel, site.now());
    const head = (
      <ChannelHead
        channel={channel}
        state={statusOf(channel, site.recorder.status())}
        tab="people"
        now={site.now()}
      />
    );
    const page = { title: `People of ${channel.login}`, section: "channels", channelId: channel.id } as const;
    if ("problems" in span) {
      return await site.page(
        c,
        page,
        <>
          {head}
          <div class="page">
            <SpanChoice channel={channel} part="people" {...span} />
          </div>
        </>,
        400,
      );
    }
    return await inTurn(site, c, async () => {
      const query = queryOf(channel, span);
      const [chatters, newcomers, returned] = await site.archive.batch(
        ["chatters", { channelId: channel.id, from: span.from, to: span.to }, TOP],
        ["timeline", { ...query, search: { is: "fact", fact: "first" }, limit: NEW }],
        ["timeline", { ...query, search: { is: "fact", fact: "returning" }, limit: NEW }],
      );
      return await site.page(
        c,
        page,
        <>
          {head}
          <div class="page stats">
            <SpanChoice channel={channel} part="people" typed={span} />
            <CountedSince chatters={chatters} span={span} channel={channel} />
            <div class="people-columns">
              <section>
                <h2>Most messages</h2>
                <Top channel={channel} span={span} chatters={chatters} />
              </section>
              <div>
                <Arrivals
                  title="New here"
                  empty="Twitch marked no message as somebody’s first here."
                  all={messagesAddress(channel, span, operator("is", "first"))}
                  found={newcomers}
                />
                <Arrivals
                  title="Came back"
                  empty="Twitch marked nobody as a returning chatter."
                  all={messagesAddress(channel, span, operator("is", "returning"))}
                  found={returned}
                />
              </div>
            </div>
          </div>
        </>,
      );
    });
  };
}

function Top({ channel, span, chatters }: { channel: Channel; span: Span; chatters: Chatters }) {
  const { top, people, messages } = chatters;
  if (top.length === 0) return <p class="empty">Nobody wrote anything that is counted.</p>;
  return (
    <>
      <table class="list people">
        <thead>
          <tr>
            <th scope="col" class="number">Rank</th>
            <th scope="col">Person</th>
            <th scope="col" class="number">Messages</th>
            <th scope="col" class="number">Share</th>
          </tr>
        </thead>
        <tbody>
          {top.map(({ id, login, displayName, messages: wrote }, i) => (
            <tr>
              <td class="number">{i + 1}</td>
              <th scope="row">
                <a href={`/users/${id}`}>{displayName}</a>
              </th>
              <td class="number">
                <a href={messagesAddress(channel, span, operator("from", login))}>{count(wrote)}</a>
              </td>
              <td class="number">{percent(wrote / messages * 100)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {people > top.length && (
        <p class="note">The first {count(top.length)} of {counted(people, "person", "people")}.</p>
      )}
    </>
  );
}

interface ArrivalsProps {
  title: string;
  empty: string;
  /** The address of all such messages. */
  all: string;
  found: TimelinePage;
}

function Arrivals({ title, empty, all, found: { events, more } }: ArrivalsProps) {
  return (
    <section class="arrivals">
      <h2>{title}</h2>
      {events.length === 0 ? <p class="dim">{empty}</p> : (
        <ul>
          {events.map((event) => (
            <li hx-ignore>
              <a class="at" href={`/messages/${event.id}#m${event.id}`}>
                <Moment at={receivedAt(event.id)} />
              </a>
              {event.author && <Name userId={event.userId} {...event.author} />}
            </li>
          ))}
        </ul>
      )}
      {more && (
        <p class="note">
          The newest {count(events.length)}; <a href={all}>all of them</a>.
        </p>
      )}
    </section>
  );
}
