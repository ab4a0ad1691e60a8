/** A search whose results arrive as they are said: the newest matches, older ones on demand, new ones live. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { LiveState } from "../../components/channel/live_state.tsx";
import { Icon } from "../../components/icons.tsx";
import { Moment } from "../../components/time.tsx";
import { placeBefore } from "../../src/chat/place.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import type { TimelinePage } from "../../src/archive/timeline.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { readQuery } from "../../src/web/params.ts";
import { type Followed, followSearch } from "../shared/followed.tsx";
import { inTurn } from "../shared/in_turn.ts";
import { liveHandler, pollHandler } from "../shared/live.tsx";
import { PlaceFields } from "../shared/place.ts";
import { continueSearch } from "./query/continue.ts";
import { chipsOf } from "./query/chips.ts";
import { addressOf, areValid, readFields, type ValidFields } from "./query/fields.ts";
import type { Env, Site } from "../site.tsx";

/** Messages on the first page and on each older one. */
const PAGE = 100;

const Place = z.object({ before_id: PlaceFields.before_id });

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const fields = await validFields(site, c);
    if (fields instanceof Response) return fields;
    const topic = followFields(fields);
    const { before_id = site.horizon() } = readQuery(c, Place);
    const page = await find(site, c, topic, before_id);
    const text = printSearch(fields.search);
    return await site.page(
      c,
      {
        title: `Live: ${text}`,
        section: "search",
        fill: true,
        scripts: ["live/main.js"],
        search: text,
        parts: chipsOf(fields.search, (rest) => followAddress(rest)),
      },
      <View search={fields.search} followed={topic} page={page} />,
    );
  };
}

/** The matches before an id as rows; 204 if there are none. */
export function older(site: Site): Handler<Env> {
  return async (c) => {
    const fields = await validFields(site, c);
    if (fields instanceof Response) return fields;
    const topic = followFields(fields);
    const page = await find(site, c, topic, readQuery(c, Place).before_id);
    if (page.events.length === 0 && page.stoppedAt === undefined) return c.body(null, 204);
    return c.html(
      <>
        <Older search={fields.search} page={page} />
        {topic.rows(page.events.toReversed())}
      </>,
    );
  };
}

export function poll(site: Site): Handler<Env> {
  const answer = pollHandler(site);
  return async (c) => {
    const fields = await validFields(site, c);
    return fields instanceof Response ? fields : await answer(c, followFields(fields));
  };
}

export function live(site: Site): Handler<Env> {
  const answer = liveHandler(site);
  return async (c) => {
    const fields = await validFields(site, c);
    return fields instanceof Response ? fields : await answer(c, followFields(fields));
  };
}

function followFields({ search, query }: ValidFields): Followed {
  return followSearch({ search, query, addressAfter: (id) => addressOf(search, { after_id: id }) });
}

function find(
  site: Site,
  c: Context<Env>,
  { query }: Followed,
  before: number | undefined,
): Promise<TimelinePage> {
  return inTurn(site, c, () => continueSearch(site, { ...query, place: placeBefore(before), limit: PAGE }));
}

/** The page of results shows the problem of a search. */
async function validFields(site: Site, c: Context<Env>): Promise<ValidFields | Response> {
  const fields = await readFields(site, c, c.req.query());
  return areValid(fields) ? fields : c.redirect(`/search/messages${new URL(c.req.url).search}`);
}

/** The address of the page that follows a search. */
export function followAddress(search: Search, part = "", more: Record<string, string> = {}): string {
  return `/search/follow${part}?${new URLSearchParams({ q: printSearch(search), ...more })}`;
}

interface ViewProps {
  search: Search;
  followed: Followed;
  page: TimelinePage;
}

function View({ search, followed, page }: ViewProps) {
  return (
    <div class="timeline" data-start="live">
      <header class="view-head">
        <h1>Live</h1>
        <a class="query" href={addressOf(search)} title="All results">
          <code>{printSearch(search)}</code>
        </a>
        <button id="notify" class="button small" type="button" aria-pressed="false" hidden>Notify me</button>
        <LiveState />
      </header>
      <div
        class="scroller"
        id="scroller"
        role="log"
        aria-live="off"
        aria-label={`Messages with ${printSearch(search)}`}
        tabindex={0}
      >
        <ol id="rows" class="rows" data-live={followAddress(search)} data-background="">
          <Older search={search} page={page} />
          {followed.rows(page.events.toReversed())}
        </ol>
        {page.events.length === 0 && (
          <p class="empty" id="empty">Nothing matches yet. What is said from now on appears here.</p>
        )}
      </div>
      <button id="jump" class="jump" type="button" hidden>
        <Icon name="down" /> <span id="jump-words">Newest</span>
      </button>
    </div>
  );
}

interface OlderProps {
  search: Search;
  page: TimelinePage;
}

/** Precedes the oldest row, and fetches older ones when it scrolls into view. Without script, it is a link. */
function Older({ search, page: { events, more, stoppedAt } }: OlderProps) {
  const before = stoppedAt ?? events.at(-1)?.id;
  if (!more || before === undefined) {
    return events.length > 0 ? <li class="edge">No earlier matches</li> : null;
  }
  return (
    <li
      class="edge older"
      hx-get={followAddress(search, "/messages", { before_id: String(before) })}
      hx-trigger="intersect root:#scroller rootMargin:600px"
      hx-sync="this:drop"
      hx-swap="outerHTML"
    >
      <a href={followAddress(search, "", { before_id: String(before) })}>
        {stoppedAt === undefined ? "Earlier matches" : (
          <>
            Searched back to <Moment at={receivedAt(stoppedAt)} />: continue
          </>
        )}
      </a>
    </li>
  );
}
