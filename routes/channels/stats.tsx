/** Statistics of a channel in a span of time: how much, when, who, and about what. */
import type { Handler } from "hono";
import type { Channel } from "../../src/archive/channel.ts";
import type { Chatters } from "../../src/archive/statistics.ts";
import type { Histogram } from "../../src/archive/timeline.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import { MINUTE_MS } from "../../src/clock.ts";
import { isOneOf } from "../../src/search/condition.ts";
import { printMoment } from "../../src/search/language/moment.ts";
import type { IsValue } from "../../src/search/language/values.ts";
import { ChannelHead } from "../../components/channel/head.tsx";
import { gapSpans } from "../../components/channel/gap.tsx";
import { count, counted } from "../../components/numbers.ts";
import { RANGE_FROM, RANGE_TO, Strip } from "../../components/strip.tsx";
import { Week } from "../../components/week.tsx";
import { operator } from "../search/query/fields.ts";
import { channelAt } from "../shared/find_channel.ts";
import { inTurn } from "../shared/in_turn.ts";
import { type Env, type Site, statusOf } from "../site.tsx";
import { CountedSince } from "./counted_since.tsx";
import { SpanChoice } from "./span_choice.tsx";
import { messagesAddress, queryOf, type Span, spanOf, statsAddress } from "./stats_span.ts";
import { TopicsSlot } from "./topics.tsx";

/** People in the list. */
const TOP = 10;
const MAX_BARS = 160;

/** Kinds of events that are counted beside messages. */
const KINDS: readonly { title: string; facts: readonly [IsValue, ...IsValue[]] }[] = [
  { title: "First messages", facts: ["first"] },
  { title: "Subs and gifts", facts: ["sub", "resub", "gift"] },
  { title: "Raids", facts: ["raid"] },
  { title: "Cheers", facts: ["bits"] },
  { title: "Timeouts and bans", facts: ["timeout", "ban"] },
  { title: "Deleted", facts: ["deleted"] },
];

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const span = spanOf(c, channel, site.now());
    const head = (
      <ChannelHead
        channel={channel}
        state={statusOf(channel, site.recorder.status())}
        tab="stats"
        now={site.now()}
      />
    );
    if ("problems" in span) {
      const { typed, problems } = span;
      return await site.page(
        c,
        { title: `Statistics of ${channel.login}`, section: "channels", channelId: channel.id },
        <>
          {head}
          <div class="page stats">
            <SpanChoice channel={channel} part="stats" typed={typed} problems={problems} />
          </div>
        </>,
        400,
      );
    }
    return await inTurn(site, c, async () => {
      const query = queryOf(channel, span);
      const [chatters, histogram, gaps, ...kinds] = await site.archive.batch(
        ["chatters", { channelId: channel.id, from: span.from, to: span.to }, TOP],
        ["histogram", query, MAX_BARS],
        ["gaps", channel.id, span.from, Math.min(span.to, site.now())],
        ...KINDS.map(({ facts }) => ["histogram", { ...query, search: isOneOf(...facts) }, 1] as const),
      );
      return await site.page(
        c,
        { title: `Statistics of ${channel.login}`, section: "channels", channelId: channel.id },
        <>
          {head}
          <View
            channel={channel}
            span={span}
            chatters={chatters}
            histogram={histogram}
            gaps={gaps}
            kinds={kinds}
            now={site.now()}
          />
        </>,
      );
    });
  };
}

/** The part of a bar that is in the span. */
function within(span: Span, from: number, to: number): { from: number; to: number } {
  return { from: Math.max(from, span.from), to: Math.min(to, span.to) };
}

/** The statistics of a bar; of a minute, its messages. */
function barAddress(channel: Channel, widthMs: number, { from, to }: { from: number; to: number }): string {
  return widthMs > MINUTE_MS
    ? statsAddress(channel, { after: printMoment(from), before: printMoment(to) })
    : messagesAddress(channel, { from, to });
}

interface ViewProps {
  channel: Channel;
  span: Span;
  chatters: Chatters;
  histogram: Histogram | undefined;
  gaps: readonly Gap[];
  /** Counts of {@link KINDS}. */
  kinds: readonly (Histogram | undefined)[];
  now: number;
}

function View({ channel, span, chatters, histogram, gaps, kinds, now }: ViewProps) {
  return (
    <div class="page stats">
      <SpanChoice channel={channel} part="stats" typed={span} />
      <dl class="facts">
        <Figure title="Messages" value={count(chatters.messages)} address={messagesAddress(channel, span)} />
        <Figure title="People" value={count(chatters.people)} />
        {KINDS.map(({ title, facts }, i) => (
          <Figure
            title={title}
            value={amount(kinds[i])}
            address={messagesAddress(channel, span, ...facts.map((fact) => operator("is", fact)))}
          />
        ))}
      </dl>
      <CountedSince chatters={chatters} span={span} channel={channel} />
      {histogram && histogram.messages > 0 && (
        <section>
          <h2>When</h2>
          <Strip
            {...histogram}
            gaps={gapSpans(gaps, now)}
            address={(from, to) => barAddress(channel, histogram.widthMs, within(span, from, to))}
            range={statsAddress(channel, { after: RANGE_FROM, before: RANGE_TO })}
          />
          {histogram.stoppedAt === undefined && <Week hours={histogram.hours} now={now} />}
        </section>
      )}
      <section>
        <h2>People</h2>
        <ol class="top-people">
          {chatters.top.map(({ id, displayName, messages }) => (
            <li>
              <a href={`/users/${id}`}>{displayName}</a> <span class="rate">{count(messages)}</span>
            </li>
          ))}
        </ol>
        <p>
          <a href={statsAddress(channel, span, "people")}>
            All {counted(chatters.people, "person", "people")} and who is new
          </a>
        </p>
      </section>
      <p class="note">
        Days of the bars are UTC. People are counted by their messages, actions and notices such as subs; the
        bars count every event.
      </p>
      <section>
        <h2>Topics</h2>
        <TopicsSlot address={statsAddress(channel, span, "stats/topics")} />
      </section>
    </div>
  );
}

function Figure({ title, value, address }: { title: string; value: string; address?: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{address === undefined || value === "0" ? value : <a href={address}>{value}</a>}</dd>
    </div>
  );
}

/** The count of a kind; a bound or a sign if the index does not decide it. */
function amount(histogram: Histogram | undefined): string {
  if (!histogram) return "?";
  const { messages, estimate, stoppedAt } = histogram;
  if (estimate) return `about ${count(messages)}`;
  return stoppedAt === undefined ? count(messages) : `over ${count(messages)}`;
}
