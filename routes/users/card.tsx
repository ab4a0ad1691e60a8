/** A person in a few lines, beside the chat in which their name was clicked. */
import type { Context, Handler } from "hono";
import type { Child } from "hono/jsx";
import { z } from "zod";
import type { Histogram, TimelinePage } from "../../src/archive/timeline.ts";
import type { UserProfile } from "../../src/archive/user.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { DAY_MS } from "../../src/clock.ts";
import { isOneOf } from "../../src/search/condition.ts";
import type { IsValue } from "../../src/search/language/values.ts";
import { Failure } from "../../src/web/failure.ts";
import { wantsFragment } from "../../src/web/htmx.ts";
import { id, optional, readQuery, userId } from "../../src/web/params.ts";
import { Icon } from "../../components/icons.tsx";
import { nameColor } from "../../components/message/author.tsx";
import { MessageText } from "../../components/message/message_text.tsx";
import { count } from "../../components/numbers.ts";
import { Clock, Day, dayWords, isoDay } from "../../components/time.tsx";
import { badgesOf } from "../../components/words/badges.ts";
import { removalBy, removalWords } from "../../components/words/sentences.ts";
import { Year, yearStart } from "../../components/year.tsx";
import { nameIn } from "../shared/find_user.ts";
import { inTurn } from "../shared/in_turn.ts";
import type { Env, Site } from "../site.tsx";

const Query = z.object({ channel: optional(id) });

/** Events in each list. */
const LATEST = 5;
const YEAR_BARS = 53 * 7;
const CHANNELS = 8;

const COUNTED: readonly [title: string, fact: IsValue][] = [
  ["timeouts", "timeout"],
  ["bans", "ban"],
  ["removed", "deleted"],
];

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const named = c.req.param("id")!;
    const { channel: channelId } = readQuery(c, Query);
    if (!wantsFragment(c)) return c.redirect(`/users/${encodeURIComponent(named)}`);
    const id = userId.safeParse(named);
    if (!id.success) return await ofName(site, c, named);
    const user = id.data;
    return await inTurn(site, c, async () => {
      const scope = { userId: user, channelId };
      const now = site.now();
      const [profile, histogram, moderation, latest, ...counts] = await site.archive.batch(
        ["user", user],
        ["histogram", { ...scope, from: yearStart(now), to: now + DAY_MS }, YEAR_BARS + 1],
        ["timeline", { ...scope, search: isOneOf("timeout", "ban", "deleted"), limit: LATEST }],
        ["timeline", { ...scope, search: { is: "not", of: isOneOf("timeout", "ban") }, limit: LATEST }],
        ...COUNTED.map(([, fact]) => ["histogram", { ...scope, search: isOneOf(fact) }, 1] as const),
      );
      if (!profile) throw new Failure("missing", `There is no user with the id ${user}.`);
      return c.html(
        <Card
          user={profile}
          channelId={channelId}
          histogram={histogram}
          moderation={moderation}
          latest={latest}
          counts={counts}
          now={now}
        />,
      );
    });
  };
}

/** Leads to the card of the user with this login, or says that there is none. */
async function ofName(site: Site, c: Context<Env>, text: string): Promise<Response> {
  const user = await site.archive.userByName(nameIn(text));
  if (user) return c.redirect(`/users/${user.id}/card${new URL(c.req.url).search}`);
  const name = text.replace(/^@/, "").slice(0, 60);
  return c.html(
    <aside id="card" class="card" aria-label={name}>
      <CardHead>{name}</CardHead>
      <p class="note">
        Nobody of this name has written in a recorded channel.{" "}
        <a href={`/search/messages?${new URLSearchParams({ q: `mentions:${name}` })}`}>Who mentions them</a>
      </p>
    </aside>,
    404,
  );
}

function CardHead({ children }: { children: Child }) {
  return (
    <div class="card-head">
      <h2 tabindex={-1}>{children}</h2>
      <button class="card-close" type="button" aria-label="Close">
        <Icon name="close" />
      </button>
    </div>
  );
}

interface CardProps {
  user: UserProfile;
  /** The channel in which the name was clicked. */
  channelId?: number;
  histogram: Histogram | undefined;
  moderation: TimelinePage;
  latest: TimelinePage;
  /** Counts of {@link COUNTED}. */
  counts: readonly (Histogram | undefined)[];
  now: number;
}

function Card({ user, channelId, histogram, moderation, latest, counts, now }: CardProps) {
  const here = user.channels.find((channel) => channel.channelId === channelId);
  const others = user.channels.filter((channel) => channel.channelId !== channelId).slice(0, CHANNELS);
  const earlier = user.names.filter(({ login }) => login !== user.login);
  const scope = [`from:${user.login}`, ...here ? [`in:${here.login}`] : []].join(" ");
  const search = (q: string, more: Record<string, string> = {}) =>
    `/search/messages?${new URLSearchParams({ q: `${scope} ${q}`.trim(), ...more })}`;
  const author = latest.events.find((event) => event.userId === user.id)?.author;
  return (
    <aside id="card" class="card" aria-label={user.displayName} data-user={user.id}>
      <CardHead>
        <a class="name" style={`--n:${nameColor(user.color, user.id)}`} href={`/users/${user.id}`}>
          {user.displayName}
        </a>
      </CardHead>
      <p class="note">
        {user.displayName.toLowerCase() !== user.login && `${user.login} · `}
        {user.firstAt !== undefined && (
          <>
            since <Day at={user.firstAt} />
          </>
        )}
        {earlier.length > 0 &&
          ` · was ${
            earlier.slice(0, 3).map(({ login, lastAt }) => `${login} until ${dayWords(lastAt)}`).join(", ")
          }`}
      </p>
      {author && badgesOf(author).length > 0 && (
        <p class="note">Badges: {badgesOf(author).map(({ title }) => title).join(", ")}</p>
      )}
      <dl class="card-counts">
        <Figure title="messages" value={count(here?.messages ?? user.messages)} href={search("")} />
        {COUNTED.map(([title, fact], i) => (
          <Figure title={title} value={amount(counts[i])} href={search(`is:${fact}`)} />
        ))}
      </dl>
      <Year
        days={daysOf(histogram)}
        now={now}
        address={(day) => search(`on:${day}`)}
      />
      <nav class="card-links" aria-label={`More of ${user.displayName}`}>
        <a class="button" href={`/users/${user.id}${here ? `?channel=${here.login}` : ""}`}>All messages</a>
        <a class="button" href={search("", { order: "oldest" })}>First message</a>
        <a class="button" href={search("", { format: "text" })}>Export</a>
        <a class="button" href={`/highlights?${new URLSearchParams({ q: `from:${user.login}` })}`}>
          Highlight
        </a>
      </nav>
      <form class="card-search" action="/search/messages" role="search" aria-label="Their messages">
        <input type="hidden" name="user" value={user.login} />
        {here && <input type="hidden" name="channel" value={here.login} />}
        <label class="sr-only" for="card-search">Search theirs</label>
        <input id="card-search" name="q" type="search" placeholder="Search theirs" autocomplete="off" />
      </form>
      {moderation.events.length > 0 && (
        <section>
          <h3>Moderation</h3>
          <ul>
            {moderation.events.map((event) => (
              <Line event={event} now={now} words={event.removed ? removalWords(event.removed) : undefined} />
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>Latest{here && ` in ${here.login}`}</h3>
        <ul>{latest.events.map((event) => <Line event={event} now={now} />)}</ul>
      </section>
      {others.length > 0 && (
        <section>
          <h3>{here ? "Also in" : "In"}</h3>
          <ul class="card-channels">
            {others.map(({ login, messages }) => (
              <li>
                <a href={`/users/${user.id}?channel=${login}`}>{login}</a>{" "}
                <span class="rate">{count(messages)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

function Figure({ title, value, href }: { title: string; value: string; href: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{value === "0" ? value : <a href={href}>{value}</a>}</dd>
    </div>
  );
}

/** @param words the event, in words */
function Line({ event, now, words }: { event: StoredEvent; now: number; words?: string }) {
  const at = receivedAt(event.id);
  return (
    <li hx-ignore>
      <a class="at" href={`/messages/${event.id}#m${event.id}`}>
        {isoDay(at) === isoDay(now) ? <Clock at={at} /> : <Day at={at} />}
      </a>{" "}
      {words && <span class="why">{words}</span>}{" "}
      {event.text === "" ? <span class="why">{wordsOf(event)}</span> : <MessageText event={event} />}
    </li>
  );
}

function wordsOf(event: StoredEvent): string {
  const removal = removalBy(event);
  return removal ? removalWords(removal) : event.kind;
}

function amount(histogram: Histogram | undefined): string {
  return histogram ? count(histogram.messages) : "?";
}

function daysOf(histogram: Histogram | undefined): Map<number, number> {
  const days = new Map<number, number>();
  if (!histogram) return days;
  for (const [i, messages] of histogram.counts.entries()) {
    const day = Math.floor((histogram.from + i * histogram.widthMs) / DAY_MS) * DAY_MS;
    days.set(day, (days.get(day) ?? 0) + messages);
  }
  return days;
}
