/** The timeline of a channel: the newest messages, older ones on demand, new ones live. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../../src/archive/channel.ts";
import type { Gap } from "../../../src/chat/coverage.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { firstIdAt, receivedAt } from "../../../src/chat/ids.ts";
import { type Place, placeBefore } from "../../../src/chat/place.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import { optional, readQuery, text } from "../../../src/web/params.ts";
import { ChannelHead, type ChannelHeadProps } from "../../../components/channel/head.tsx";
import { Moment } from "../../../components/time.tsx";
import { channelAt } from "../../shared/find_channel.ts";
import { PlaceFields } from "../../shared/place.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { Filters } from "./filter_bar.tsx";
import { channelAddress, filterOf, type Shown } from "./filters.ts";
import { printAt, readAt } from "./moment.ts";
import { Log } from "./log.tsx";
import { find } from "./rows.tsx";
import { SpanField, StripSlot } from "./strip.tsx";

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
    return await site.page(
      c,
      {
        title: shown.q === "" ? channel.login : `${channel.login}: ${shown.q}`,
        section: "channels",
        channelId: channel.id,
        fill: true,
        search: shown.fields && `${printSearch(shown.fields.search)} `,
        scripts: ["live/main.js"],
      },
      <View
        channel={channel}
        shown={shown}
        state={statusOf(channel, site.recorder.status())}
        events={page.events.toReversed()}
        gaps={page.gaps ?? []}
        more={page.more || place.at === "after"}
        stoppedAt={after === undefined ? page.stoppedAt : undefined}
        start={place.at === "around"
          ? "at"
          : place.at === "after"
          ? "top"
          : before === undefined
          ? "live"
          : "end"}
        at={at}
        span={span}
        startId={place.at === "around" ? place.id : undefined}
        now={site.now()}
      />,
    );
  };
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
  start: "live" | "end" | "top" | "at";
  /** The moment as asked for, and the first id of it. */
  at?: string;
  startId?: number;
  /** The span of the strip as asked for. */
  span?: string;
  now: number;
}

function View(
  { channel, shown, state, events, gaps, more, stoppedAt, start, at, startId, span, now }: ViewProps,
) {
  const isNewest = start === "live";
  const last = events.at(-1)?.id ?? 0;
  const firstShown = startId === undefined ? undefined : events.find(({ id }) => id >= startId);
  return (
    <div class="timeline" data-start={start} data-start-id={startId}>
      <ChannelHead channel={channel} state={state} tab="chat" isLive={isNewest} now={now} />
      <StripSlot
        channel={channel}
        q={shown.q}
        at={isNewest || last === 0 ? undefined : printAt(receivedAt(firstShown?.id ?? last))}
        span={span}
      />
      <Filters channel={channel} q={shown.q} at={at} shownAt={last === 0 ? now : receivedAt(last)} />
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
