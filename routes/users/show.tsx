/** A user's profile and messages, in all channels or in one. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import type { TimelinePage } from "../../src/archive/timeline.ts";
import { MAX_PROFILE_CHANNELS, type UserProfile } from "../../src/archive/user.ts";
import { Rows } from "../../components/message/row.tsx";
import { nameColor } from "../../components/message/author.tsx";
import { count } from "../../components/numbers.ts";
import { Pager } from "../../components/pager.tsx";
import { Ago, Day, Moment } from "../../components/time.tsx";
import { receivedAt } from "../../src/chat/ids.ts";
import { Failure } from "../../src/web/failure.ts";
import { optional, pageSize, readQuery, text, userId } from "../../src/web/params.ts";
import { channelField, loginIn } from "../shared/find_channel.ts";
import { HistogramSlot } from "../search/parts/histogram.tsx";
import { operator } from "../search/query/fields.ts";
import { redirectToUser } from "../shared/find_user.ts";
import { PlaceFields, placeOf } from "../shared/place.ts";
import { type Moderation, moderationCalls, ModerationFigures } from "./moderation.tsx";
import type { Env, Site } from "../site.tsx";

const Query = z.object({
  channel: optional(text),
  ...PlaceFields,
  page_size: optional(pageSize),
});

export function show(site: Site): Handler<Env> {
  return async (c) => {
    const query = readQuery(c, Query);
    const id = userId.safeParse(c.req.param("id"));
    if (!id.success) return await redirectToUser(site, c);
    const [user, named] = await site.archive.batch(
      ["user", id.data],
      ["channelByLogin", loginIn(query.channel)],
    );
    if (!user) return await redirectToUser(site, c);
    const inChannel = query.channel === undefined ? undefined : channelField(query.channel, named);
    if (inChannel && "problem" in inChannel) throw new Failure("missing", inChannel.problem);
    const limit = query.page_size ?? 50;
    const scope = { userId: user.id, channelId: inChannel?.channel.id };
    const [page, ...moderation] = await site.archive.batch(
      ["timeline", { ...scope, place: placeOf(query, limit), limit }],
      ...moderationCalls(scope),
    );
    return await site.page(
      c,
      { title: user.displayName, section: "people", channelId: inChannel?.channel.id },
      <Profile
        user={user}
        channel={inChannel?.channel}
        page={page}
        moderation={moderation}
        isNewest={query.before_id === undefined && (query.after_id === undefined || !page.more)}
        isOldest={query.after_id === undefined && !page.more}
        isOldestFirst={query.after_id !== undefined}
        now={site.now()}
      />,
    );
  };
}

interface ProfileProps {
  user: UserProfile;
  /** The channel to which the messages are restricted. */
  channel?: Channel;
  page: TimelinePage;
  moderation: Moderation;
  isNewest: boolean;
  isOldest: boolean;
  /** Whether the page was requested with `after_id`. */
  isOldestFirst: boolean;
  now: number;
}

function Profile({ user, channel, page, moderation, isNewest, isOldest, isOldestFirst, now }: ProfileProps) {
  const earlier = user.names.filter(({ login }) => login !== user.login);
  const address = (more: Record<string, string | number>) => {
    const query = new URLSearchParams({ ...channel && { channel: channel.login } });
    for (const [name, value] of Object.entries(more)) query.set(name, String(value));
    return `/users/${user.id}${query.size > 0 ? `?${query}` : ""}`;
  };
  return (
    <div class="page">
      <h1>
        <span class="name" style={`--n:${nameColor(user.color, user.id)}`}>{user.displayName}</span>
        {user.displayName.toLowerCase() !== user.login && <span class="login">{user.login}</span>}
      </h1>
      <dl class="facts">
        <div>
          <dt>Messages</dt>
          <dd>{count(user.messages)}</dd>
        </div>
        <ModerationFigures
          moderation={moderation}
          search={(q) =>
            `/search/messages?${new URLSearchParams({
              q: `${channel ? `in:${channel.login} ` : ""}from:#${user.id} ${q}`,
            })}`}
        />
        <div>
          <dt>First seen</dt>
          <dd>{user.firstAt === undefined ? "–" : <Day at={user.firstAt} />}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>{user.lastAt === undefined ? "–" : <Ago at={user.lastAt} now={now} />}</dd>
        </div>
        <div>
          <dt>Twitch id</dt>
          <dd>{user.id > 0 ? user.id : "not known"}</dd>
        </div>
      </dl>
      {earlier.length > 0 && (
        <p class="dim">
          Earlier names: {earlier.map(({ login, firstAt, lastAt }, i) => (
            <>
              {i > 0 && ", "}
              <strong>{login}</strong> (<Day at={firstAt} /> to <Day at={lastAt} />)
            </>
          ))}
        </p>
      )}
      <nav class="chips" aria-label="Messages in">
        <a href={`/users/${user.id}`} aria-current={channel ? undefined : "page"}>All channels</a>
        {user.channels.map(({ channelId, login, messages }) => (
          <a
            href={`/users/${user.id}?channel=${login}`}
            aria-current={channel?.id === channelId ? "page" : undefined}
          >
            #{login} <span class="rate">{count(messages)}</span>
          </a>
        ))}
        {user.channels.length === MAX_PROFILE_CHANNELS && (
          <span class="dim">Only the {MAX_PROFILE_CHANNELS} with the most messages are shown.</span>
        )}
      </nav>
      <form
        class="search-form"
        action="/search/messages"
        role="search"
        aria-label={`Messages by ${user.displayName}`}
      >
        <input type="hidden" name="user" value={user.login} />
        {channel && <input type="hidden" name="channel" value={channel.login} />}
        <div class="field">
          <label class="sr-only" for="theirs">Search their messages</label>
          <input id="theirs" name="q" type="search" placeholder={`Search what ${user.displayName} wrote`} />
        </div>
        <button class="button" type="submit">Search</button>
      </form>
      {isNewest && page.events.length > 0 && (
        <HistogramSlot
          search={[operator("from", `#${user.id}`), ...channel ? [operator("in", channel.login)] : []]}
        />
      )}
      {page.events.length === 0 && page.stoppedAt === undefined
        ? <p class="empty">No messages{channel ? ` in ${channel.login}` : ""}.</p>
        : (
          <ol class="rows boxed">
            <Rows events={page.events} showChannel={!channel} />
          </ol>
        )}
      {page.stoppedAt !== undefined && (
        <p class="stopped">
          Searched to <Moment at={receivedAt(page.stoppedAt)} /> so far:{" "}
          <a href={address({ [isOldestFirst ? "after_id" : "before_id"]: page.stoppedAt })}>
            continue from there
          </a>
        </p>
      )}
      <Pager
        label="Pages of messages"
        newer={isNewest || page.events.length === 0 ? undefined : address({ after_id: page.events[0]!.id })}
        older={isOldest || page.events.length === 0
          ? undefined
          : address({ before_id: page.events.at(-1)!.id })}
      />
    </div>
  );
}
