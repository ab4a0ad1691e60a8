/** The timeline of a channel: the newest messages, older ones on demand, new ones live. */
import type { Context, Handler } from "hono";
import type { Child } from "hono/jsx";
import { z } from "zod";
import type { Channel } from "../../../src/archive/channel.ts";
import type { Histogram } from "../../../src/archive/timeline.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { firstIdAt, receivedAt } from "../../../src/chat/ids.ts";
import { type Place, placeBefore } from "../../../src/chat/place.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import { optional, readQuery, text } from "../../../src/web/params.ts";
import { ChannelHead, type ChannelHeadProps } from "../../../components/channel/head.tsx";
import { isoDay, Moment } from "../../../components/time.tsx";
import { channelAt } from "../../shared/find_channel.ts";
import { chipsOf } from "../../search/query/chips.ts";
import { PlaceFields } from "../../shared/place.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { Filters } from "./filter_bar.tsx";
import { channelAddress, filterAddress, filterOf, type Shown } from "./filters.ts";
import { printAt, readAt } from "./moment.ts";
import { Log } from "./log.tsx";
import { inTurn } from "../../shared/in_turn.ts";
import { Month, monthCall } from "./days.tsx";
import { find } from "./rows.tsx";
import { readStrip, SpanField, StripSlot } from "./strip.tsx";

const Query = z.object({ ...PlaceFields, at: optional(text), span: SpanField });

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const shown = await filterOf(site, c, channel);
    if (shown instanceof Response) return shown;
    const { before_id: before, after_id: after, at, span } = readQuery(c, Query);
    const place: Place = at !== undefined
      ? { at: "around", id: firstIdAt(readAt(at, site.now())) }
      : after === undefined
      ? placeBefore(before ?? site.horizon())
      : { at: "after", id: after, before };
    const page = await find(site, c, shown, place);
    // Paging forward from an old id ends at the live page.
    const isAtEnd = place.at === "after" ? !page.more : place.at === "around" && page.moreNewer === false;
    if (isAtEnd && (place.at === "after" || (page.events[0]?.id ?? 0) < (place as { id: number }).id)) {
      return c.redirect(channelAddress(channel, { q: shown.q }));
    }
    const events = page.events.toReversed();
    const startId = place.at === "around" ? place.id : undefined;
    const start = place.at === "around"
      ? "at"
      : place.at === "after"
      ? "top"
      : before === undefined
      ? "live"
      : "end";
    const stripAt = stripAtOf(events, start, startId);
    const last = events.at(-1);
    const shownAt = last === undefined ? site.now() : receivedAt(last.id);
    // With a filter it would be one call too many.
    const plain = c.get("view").isPlain && !shown.fields
      ? await inTurn(site, c, () => plainParts(site, c, { channel, shown, span, at: stripAt, shownAt }))
      : undefined;
    return await site.page(
      c,
      {
        title: shown.q === "" ? channel.login : `${channel.login}: ${shown.q}`,
        section: "channels",
        channelId: channel.id,
        fill: true,
        search: shown.fields && `${printSearch(shown.fields.search)} `,
        parts: shown.fields && chipsOf(shown.fields.search, (rest) => filterAddress(channel, rest)),
        scripts: ["live/main.js"],
      },
      <View
        channel={channel}
        shown={shown}
        state={statusOf(channel, site.recorder.status())}
        events={events}
        gaps={page.gaps ?? []}
        more={page.more || place.at === "after"}
        stoppedAt={after === undefined ? page.stoppedAt : undefined}
        start={start}
        at={at}
        startId={startId}
        shownAt={shownAt}
        strip={plain?.strip ?? <StripSlot channel={channel} q={shown.q} at={stripAt} span={span} />}
        calendar={plain?.calendar}
        now={site.now()}
      />,
    );
  };
}

type Start = "live" | "end" | "top" | "at";

/** The moment that the strip marks; none on the newest page. */
function stripAtOf(events: readonly StoredEvent[], start: Start, startId = Infinity): string | undefined {
  const shown = events.find(({ id }) => id >= startId) ?? events.at(-1);
  return start === "live" || shown === undefined ? undefined : printAt(receivedAt(shown.id));
}

interface PlainQuery {
  channel: Channel;
  shown: Shown;
  span?: z.output<typeof Query>["span"];
  at?: string;
  shownAt: number;
}

/**
 * The parts that scripts would load, for browsers without script; and the channels for the page, in the same call.
 */
async function plainParts(site: Site, c: Context<Env>, { shownAt, ...query }: PlainQuery) {
  const day = isoDay(shownAt);
  const { strip, answers } = await readStrip(site, query, ["channels"], monthCall(query.channel, day));
  const [channels, month] = answers as [Channel[], Histogram | undefined];
  c.set("channels", Promise.resolve(channels));
  return { strip, calendar: <Month channel={query.channel} day={day} histogram={month} /> };
}

interface ViewProps {
  channel: Channel;
  shown: Shown;
  state: ChannelHeadProps["state"];
  events: StoredEvent[];
  gaps: Gap[];
  more: boolean;
  /** Set if the search for older messages ended here because of its time budget. */
  stoppedAt?: number;
  /** The scroll position: `live` follows the stream; older pages start at their end, at their top, or at a moment. */
  start: Start;
  /** The moment as asked for, and the first id of it. */
  at?: string;
  startId?: number;
  /** When the shown messages end. */
  shownAt: number;
  strip: Child;
  calendar?: Child;
  now: number;
}

function View(
  { channel, shown, state, events, gaps, more, stoppedAt, start, at, startId, ...props }: ViewProps,
) {
  const isNewest = start === "live";
  const last = events.at(-1)?.id ?? 0;
  const { shownAt, strip, calendar, now } = props;
  return (
    <div class="timeline" data-start={start} data-start-id={startId}>
      <ChannelHead channel={channel} state={state} tab="chat" isLive={isNewest} now={now} />
      {strip}
      <Filters channel={channel} q={shown.q} at={at} shownAt={shownAt} calendar={calendar} />
      <Log
        channel={channel}
        shown={shown}
        events={events}
        gaps={gaps}
        more={more}
        stoppedAt={stoppedAt}
        isNewest={isNewest}
      />
      {!isNewest && (
        <nav class="pager in-view" aria-label="Pages of this channel">
          {events.length > 0 && (
            <span class="dim">
              up to <Moment at={receivedAt(last)} />
            </span>
          )}
          {events.length > 0 && <a class="button" href={shown.followed.addressAfter(last)}>Read on ↓</a>}
          <a class="button" href={channelAddress(channel, { q: shown.q })}>To the newest</a>
        </nav>
      )}
    </div>
  );
}
