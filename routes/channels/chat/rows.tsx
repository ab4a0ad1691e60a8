/** Parts of a channel's log: older rows, new ones, gaps, and the state in the head. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import { beganIn } from "../../../src/chat/coverage.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { type Place, placeBefore } from "../../../src/chat/place.ts";
import { pathId, readQuery } from "../../../src/web/params.ts";
import { RecordingState } from "../../../components/channel/head.tsx";
import { Rows } from "../../../components/message/row.tsx";
import { searchAround } from "../../search/query/around.ts";
import { continueSearch } from "../../search/query/continue.ts";
import { findChannel } from "../../shared/find_channel.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { liveHandler, pollHandler } from "../../shared/live.tsx";
import { PlaceFields } from "../../shared/place.ts";
import { type Env, type Site, statusOf } from "../../site.tsx";
import { filterOf, type Shown } from "./filters.ts";
import { Older } from "./older.tsx";

/** Messages on the first page and on each older one. */
const PAGE = 100;

const Steps = z.object(PlaceFields);

/** Without a filter, with the gaps. A filter searches, and so waits for its turn. */
export async function find(
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
