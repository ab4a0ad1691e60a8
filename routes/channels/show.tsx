/** The timeline of a channel: the newest messages, older ones on demand, new ones live. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import { placeBefore } from "../../src/chat/place.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { ChannelHead, RecordingState } from "../../components/channel/head.tsx";
import type { ChannelStateProps } from "../../components/channel/state.tsx";
import { Icon } from "../../components/icons.tsx";
import { Rows } from "../../components/message/row.tsx";
import { Moment } from "../../components/time.tsx";
import { beganIn, type Gap } from "../../src/chat/coverage.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { pathId, readQuery } from "../../src/web/params.ts";
import { channelAt, findChannel } from "../shared/find_channel.ts";
import { followChannel } from "../shared/followed.tsx";
import { liveHandler, pollHandler } from "../shared/live.tsx";
import { PlaceFields } from "../shared/place.ts";
import { type Env, type Site, statusOf } from "../site.tsx";

/** Messages on the first page and on each older one. */
const PAGE = 100;

const Place = z.object(PlaceFields);

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const { before_id: before, after_id: after } = readQuery(c, Place);
    const page = await site.archive.timeline({
      channelId: channel.id,
      place: after === undefined ? placeBefore(before ?? site.horizon()) : { at: "after", id: after, before },
      limit: PAGE,
      gaps: true,
    });
    // Paging forward from an old id ends at the live page.
    if (after !== undefined && !page.more) return c.redirect(`/channels/${channel.id}`);
    return await site.page(
      c,
      {
        title: channel.login,
        section: "channels",
        channelId: channel.id,
        fill: true,
        scripts: ["live/main.js"],
      },
      <View
        channel={channel}
        state={statusOf(channel, site.recorder.status())}
        events={page.events.toReversed()}
        gaps={page.gaps!}
        more={page.more || after !== undefined}
        stoppedAt={after === undefined ? page.stoppedAt : undefined}
        start={before !== undefined ? "end" : after !== undefined ? "top" : "live"}
        now={site.now()}
      />,
    );
  };
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
    const { before_id: before } = readQuery(c, Place);
    const page = await site.archive.timeline({
      channelId: channel.id,
      place: placeBefore(before),
      limit: PAGE,
      gaps: true,
    });
    if (page.events.length === 0 && page.stoppedAt === undefined) return c.body(null, 204);
    const events = page.events.toReversed();
    return c.html(
      <>
        <Older channel={channel} events={events} more={page.more} stoppedAt={page.stoppedAt} />
        <Rows events={events} gaps={page.gaps} />
      </>,
    );
  };
}

/** The messages after an id as rows; 204 if there are none. For browsers that cannot receive streams. */
export function poll(site: Site): Handler<Env> {
  const answer = pollHandler(site);
  return async (c) => answer(c, followChannel(await findChannel(site, pathId(c))));
}

/** The gaps that began between two ids as rows; 204 if there are none. */
export function gaps(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const { before_id: before, after_id: after } = readQuery(c, Place);
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
  return async (c) => answer(c, followChannel(await findChannel(site, pathId(c))));
}

interface ViewProps {
  channel: Channel;
  state: ChannelStateProps;
  events: StoredEvent[];
  gaps: Gap[];
  more: boolean;
  /** Set if the search for older messages ended here because of its time budget. */
  stoppedAt?: number;
  /** The scroll position: `live` follows the stream; older pages start at their end or at their top. */
  start: "live" | "end" | "top";
  now: number;
}

function View({ channel, state, events, gaps, more, stoppedAt, start, now }: ViewProps) {
  const isNewest = start === "live";
  const last = events.at(-1)?.id ?? 0;
  return (
    <div class="timeline" data-start={start}>
      <ChannelHead channel={channel} state={state} isLive={isNewest} now={now} />
      <div
        class="scroller"
        id="scroller"
        role="log"
        aria-live="off"
        aria-label={`Messages in ${channel.login}`}
        tabindex={0}
      >
        <ol id="rows" class="rows" data-live={isNewest ? `/channels/${channel.id}` : undefined} data-gaps="">
          <Older channel={channel} events={events} more={more} stoppedAt={stoppedAt} />
          <Rows events={events} gaps={gaps} />
        </ol>
        {events.length === 0 && !more && <p class="empty" id="empty">No messages since recording began.</p>}
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
            {events.length > 0 && (
              <a class="button" href={`/channels/${channel.id}?after_id=${last}`}>Read on ↓</a>
            )}
            <a class="button" href={`/channels/${channel.id}`}>To the newest</a>
          </nav>
        )}
    </div>
  );
}

/** Precedes the oldest row, and fetches older ones when it scrolls into view. Without script, it is a link. */
function Older(
  { channel, events, more, stoppedAt }: Pick<ViewProps, "channel" | "events" | "more" | "stoppedAt">,
) {
  const before = stoppedAt ?? events[0]?.id;
  if (!more || before === undefined) {
    return events.length > 0 ? <li class="edge">The archive of {channel.login} begins here</li> : null;
  }
  return (
    <li
      class="edge older"
      hx-get={`/channels/${channel.id}/messages?before_id=${before}`}
      hx-trigger="intersect root:#scroller rootMargin:600px"
      hx-sync="this:drop"
      hx-swap="outerHTML"
    >
      <a href={`/channels/${channel.id}?before_id=${before}`}>
        {stoppedAt === undefined ? "Older messages" : (
          <>
            Searched back to <Moment at={receivedAt(stoppedAt)} />: continue
          </>
        )}
      </a>
    </li>
  );
}
