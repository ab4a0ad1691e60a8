/** The events of one channel or of all: moderation as a log of incidents, subs and raids. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import type { TimelinePage } from "../../src/archive/timeline.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { optional, readQuery } from "../../src/web/params.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { IsValue } from "../../src/search/language/values.ts";
import { ChannelHead } from "../../components/channel/head.tsx";
import { Message } from "../../components/message/row.tsx";
import { span } from "../../components/numbers.ts";
import { Pager } from "../../components/pager.tsx";
import { isoDay, longDay, Moment } from "../../components/time.tsx";
import { continueSearch } from "../search/query/continue.ts";
import { channelAt } from "../shared/find_channel.ts";
import { inTurn } from "../shared/in_turn.ts";
import { PlaceFields, placeOf } from "../shared/place.ts";
import { type Env, type Site, statusOf } from "../site.tsx";
import { COUNTED_DAYS, type Incident, incidentsOf } from "./incidents.ts";

const PAGE = 40;

const KINDS = [
  ["all", "All", ["timeout", "ban", "deleted", "sub", "resub", "gift", "raid"]],
  ["moderation", "Moderation", ["timeout", "ban", "deleted"]],
  ["bans", "Bans", ["ban"]],
  ["timeouts", "Timeouts", ["timeout"]],
  ["deletions", "Removed messages", ["deleted"]],
  ["subs", "Subs", ["sub", "resub", "gift"]],
  ["raids", "Raids", ["raid"]],
  ["modes", "Modes", ["mode"]],
] as const satisfies readonly (readonly [string, string, readonly IsValue[]])[];
type KindName = typeof KINDS[number][0];

const Query = z.object({
  kind: optional(z.enum(KINDS.map(([name]) => name) as [KindName, ...KindName[]])),
  ...PlaceFields,
});

/** The events of all channels. */
export function all(site: Site): Handler<Env> {
  return async (c) => await page(site, c, undefined);
}

/** The events of the channel of `/channels/{id}/events`. */
export function ofChannel(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    return channel instanceof Response ? channel : await page(site, c, channel);
  };
}

async function page(site: Site, c: Context<Env>, channel: Channel | undefined): Promise<Response> {
  const { kind = "all", ...place } = readQuery(c, Query);
  return await inTurn(site, c, async () => {
    const facts = KINDS.find(([name]) => name === kind)![2];
    const found = await continueSearch(site, {
      channelId: channel?.id,
      search: isOneOf(...facts),
      place: placeOf(place, PAGE),
      limit: PAGE,
    });
    // A timeout or ban stands for the messages that it removed.
    const events = kind === "all" || kind === "moderation"
      ? found.events.filter(({ removed }) => removed === undefined || removed.kind === "deletion")
      : found.events;
    const incidents = await incidentsOf(site, c, events);
    return await site.page(
      c,
      {
        title: channel ? `Events of ${channel.login}` : "Events",
        section: channel ? "channels" : "events",
        channelId: channel?.id,
      },
      <>
        {channel && (
          <ChannelHead
            channel={channel}
            state={statusOf(channel, site.recorder.status())}
            tab="events"
            now={site.now()}
          />
        )}
        <View
          channel={channel}
          kind={kind}
          found={found}
          incidents={incidents}
          isNewest={place.before_id === undefined && (place.after_id === undefined || !found.more)}
          goesNewer={place.after_id !== undefined}
        />
      </>,
    );
  });
}

interface ViewProps {
  channel: Channel | undefined;
  kind: KindName;
  found: TimelinePage;
  incidents: readonly Incident[];
  isNewest: boolean;
  /** Whether the page was requested with `after_id`. */
  goesNewer: boolean;
}

function View({ channel, kind, found, incidents, isNewest, goesNewer }: ViewProps) {
  const path = channel ? `/channels/${channel.id}/events` : "/events";
  const address = (kind: KindName, place: Record<string, number | undefined> = {}) => {
    const query = new URLSearchParams(kind === "all" ? {} : { kind });
    for (const [name, value] of Object.entries(place)) {
      if (value !== undefined) query.set(name, String(value));
    }
    return `${path}${query.size > 0 ? `?${query}` : ""}`;
  };
  const { events, more, stoppedAt } = found;
  const [newest, oldest] = [events[0]?.id, events.at(-1)?.id];
  const isOldest = !goesNewer && !more;
  return (
    <div class="page">
      {!channel && <h1>Events</h1>}
      <nav class="chips" aria-label="Kinds of events">
        {KINDS.map(([name, title]) => (
          <a href={address(name)} aria-current={name === kind ? "true" : undefined}>{title}</a>
        ))}
      </nav>
      {incidents.length === 0 && stoppedAt === undefined
        ? <p class="empty">{more ? "Nothing on this page." : "Nothing of this kind was recorded."}</p>
        : <Incidents incidents={incidents} showChannel={!channel} />}
      {stoppedAt !== undefined && (
        <p class="stopped">
          Searched {goesNewer ? "up" : "back"} to <Moment at={receivedAt(stoppedAt)} /> so far:{" "}
          <a href={address(kind, { [goesNewer ? "after_id" : "before_id"]: stoppedAt })}>
            continue from there
          </a>
        </p>
      )}
      <Pager
        label="Pages of events"
        newer={isNewest || newest === undefined ? undefined : address(kind, { after_id: newest })}
        older={isOldest || oldest === undefined || (stoppedAt !== undefined && !goesNewer)
          ? undefined
          : address(kind, { before_id: oldest })}
      />
    </div>
  );
}

function Incidents({ incidents, showChannel }: { incidents: readonly Incident[]; showChannel: boolean }) {
  let day = "";
  return (
    <ol class="rows boxed incidents">
      {incidents.map((incident) => {
        const { event, before } = incident;
        const at = receivedAt(event.id);
        const isNewDay = isoDay(at) !== day;
        day = isoDay(at);
        return (
          <>
            {isNewDay && (
              <li class="day" data-day={day}>
                <span>{longDay(at)}</span>
              </li>
            )}
            <Message event={event} showChannel={showChannel} looks={before[0]?.author} opensRemoved />
            {(wordsOf(incident) !== undefined || before.length > 0) && (
              <li class="incident">
                <p class="note">{wordsOf(incident)}</p>
                {before.length > 0 && (
                  <ol aria-label="What they had said before">
                    {before.toReversed().map((said) => <Message event={said} opensRemoved />)}
                  </ol>
                )}
              </li>
            )}
          </>
        );
      })}
    </ol>
  );
}

/** How often there was an incident with the person. */
function wordsOf({ nth, isMore, repeatsAfterMs }: Incident): string | undefined {
  if (repeatsAfterMs !== undefined) return `the same incident: again after ${span(repeatsAfterMs / 1_000)}`;
  if (isMore) return `at least ${nth} in ${COUNTED_DAYS} days`;
  return nth !== undefined && nth > 1 ? `${ordinal(nth)} in ${COUNTED_DAYS} days` : undefined;
}

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };

/** `2nd`, `11th` */
function ordinal(n: number): string {
  return `${n}${ENDINGS[ORDINALS.select(n)]}`;
}
