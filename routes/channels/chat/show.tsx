/** The timeline of a channel: the newest messages, older ones on demand, new ones live. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../../src/archive/channel.ts";
import { type Place, placeBefore } from "../../../src/chat/place.ts";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { ChannelHead, type ChannelHeadProps, RecordingState } from "../../../components/channel/head.tsx";
import { Icon } from "../../../components/icons.tsx";
import { Rows } from "../../../components/message/row.tsx";
import { Moment } from "../../../components/time.tsx";
import { beganIn, type Gap } from "../../../src/chat/coverage.ts";
import { firstIdAt, receivedAt } from "../../../src/chat/ids.ts";
import { optional, pathId, readQuery, text } from "../../../src/web/params.ts";
import { channelAt, findChannel } from "../../shared/find_channel.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import { searchAround } from "../../search/query/around.ts";
import { continueSearch } from "../../search/query/continue.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { liveHandler, pollHandler } from "../../shared/live.tsx";
import { PlaceFields } from "../../shared/place.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { channelAddress, filterOf, type Shown } from "./filters.ts";
import { Filters } from "./filter_bar.tsx";
import { printAt, readAt } from "./moment.ts";
import { SpanField, StripSlot } from "./strip.tsx";

/** Messages on the first page and on each older one. */
const PAGE = 100;

const Steps = z.object(PlaceFields);
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

/** Without a filter, with the gaps. A filter searches, and so waits for its turn. */
async function find(
  site: Site,
  c: Context<Env>,
  { followed, fields }: Shown,
  place: Place,
): Promise<TimelinePage> {
  const limit = place.at === "around" ? PAGE / 2 : PAGE;
  if (!fields) return await site.archive.timeline({ ...followed.query, place, limit });
  return await inTurn(site, c, async () => {
    if (place.at !== "around") return await continueSearch(site, { ...followed.query, place, limit });
    const { page } = await searchAround(site, { ...followed.query, limit: PAGE }, receivedAt(place.id));
    return page;
  });
}

/** The channel's state, as in the head of its page. */
export function state(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const state = statusOf(channel, site.recorder.status());
    return c.html(<RecordingState channel={channel} state={state} now={site.now()} />);
  };
}

/** The messages before an id (the newest, without one) as rows; 204 if there are none. */
export function older(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const shown = await filterOf(site, c, channel);
    if (shown instanceof Response) return shown;
    const { before_id: before } = readQuery(c, Steps);
    const page = await find(site, c, shown, placeBefore(before));
    if (page.events.length === 0 && page.stoppedAt === undefined) return c.body(null, 204);
    const events = page.events.toReversed();
    return c.html(
      <>
        <Older channel={channel} shown={shown} events={events} more={page.more} stoppedAt={page.stoppedAt} />
        {shown.followed.rows(events, page.gaps)}
      </>,
    );
  };
}

/** The messages after an id as rows; 204 if there are none. For browsers that cannot receive streams. */
export function poll(site: Site): Handler<Env> {
  const answer = pollHandler(site);
  return async (c) => {
    const shown = await filterOf(site, c, await findChannel(site, pathId(c)));
    return shown instanceof Response ? shown : await answer(c, shown.followed);
  };
}

/** The gaps that began between two ids as rows; 204 if there are none. */
export function gaps(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const { before_id: before, after_id: after } = readQuery(c, Steps);
    const [from, to] = [
      after === undefined ? 0 : receivedAt(after),
      before === undefined ? site.now() : receivedAt(before),
    ];
    const found = beganIn(await site.archive.gaps(channel.id, from, to), from, to);
    return found.length === 0 ? c.body(null, 204) : c.html(<Rows events={[]} gaps={found} />);
  };
}

/** A stream of rows: first those after `Last-Event-ID` (or `after_id`), then each commit. */
export function live(site: Site): Handler<Env> {
  const answer = liveHandler(site);
  return async (c) => {
    const shown = await filterOf(site, c, await findChannel(site, pathId(c)));
    return shown instanceof Response ? shown : await answer(c, shown.followed);
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
      <div
        class="scroller"
        id="scroller"
        role="log"
        aria-live="off"
        aria-label={`Messages in ${channel.login}`}
        tabindex={0}
      >
        <ol
          id="rows"
          class="rows"
          data-live={isNewest ? channelAddress(channel, { q: shown.q }) : undefined}
          data-gaps={shown.fields ? undefined : ""}
        >
          <Older channel={channel} shown={shown} events={events} more={more} stoppedAt={stoppedAt} />
          {shown.followed.rows(events, gaps)}
        </ol>
        {events.length === 0 && !more && (
          <p class="empty" id="empty">
            {shown.fields ? "Nothing here passes this filter yet." : "No messages since recording began."}
          </p>
        )}
      </div>
      {isNewest
        ? (
          <button id="jump" class="jump" type="button" hidden>
            <Icon name="down" /> <span id="jump-words">Newest</span>
          </button>
        )
        : (
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

/** Precedes the oldest row, and fetches older ones when it scrolls into view. Without script, it is a link. */
function Older(
  { channel, shown: { q, fields }, events, more, stoppedAt }: Pick<
    ViewProps,
    "channel" | "shown" | "events" | "more" | "stoppedAt"
  >,
) {
  const before = stoppedAt ?? events[0]?.id;
  if (!more || before === undefined) {
    if (events.length === 0) return null;
    return (
      <li class="edge">
        {fields ? "No earlier messages pass this filter" : `The archive of ${channel.login} begins here`}
      </li>
    );
  }
  return (
    <li
      class="edge older"
      hx-get={channelAddress(channel, { part: "/messages", q, before_id: before })}
      hx-trigger="intersect root:#scroller rootMargin:600px"
      hx-sync="this:drop"
      hx-swap="outerHTML"
    >
      <a href={channelAddress(channel, { q, before_id: before })}>
        {stoppedAt === undefined ? "Older messages" : (
          <>
            Searched back to <Moment at={receivedAt(stoppedAt)} />: continue
          </>
        )}
      </a>
    </li>
  );
}
