/** Hides what is stored of channels and users who have opted out: in rows, cards, lists, files, feeds and APIs alike. */
import type { Channel } from "../archive/channel.ts";
import type { LogQuery } from "../archive/log.ts";
import type { OptOut, OptOutList } from "../archive/access/opt_out.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../archive/reader_batch.ts";
import type { Chatters } from "../archive/statistics.ts";
import type { CountQuery, Facets, TimelinePage, TimelineQuery } from "../archive/timeline.ts";
import type { User } from "../archive/user.ts";
import { AppError } from "../chat/errors.ts";
import type { StoredEvent } from "../chat/events.ts";
import { allOf, type Condition } from "../search/condition.ts";
import { changedReader } from "./changed_reader.ts";

/** Rustlog's words. */
export const OPTED_OUT = "The requested channel/user has opted out of being logged";

/** A user, as lists of different kinds have them. */
type Person = Pick<User, "id" | "login">;

/**
 * An archive whose answers have none of them. A call for one of them by name or id rejects. Counts of words, of
 * people and by minute still include their messages.
 * @param refusal what such a call rejects with
 */
export function hidingOptedOut(
  archive: ArchiveReader,
  optOuts: () => OptOutList,
  refusal: () => AppError = () => new AppError("forbidden", OPTED_OUT),
): ArchiveReader {
  return changedReader(archive, () => {
    const list = optOuts();
    if (list.isEmpty) return undefined;
    return {
      call: (call) => narrowed(list, call),
      answer(call, answer) {
        const seen = visible(list, call, answer);
        if (seen === REFUSED) throw refusal();
        return seen;
      },
    };
  });
}

/** Queries whose answers are no events, so that they must not find those of these users. */
const COUNTING: ReadonlySet<ReaderMethod> = new Set(["log", "histogram", "facets", "topics"]);
/** Of more users, the index would read too many lists. */
const MAX_EXCLUDED = 200;

/** The call without the messages of users who have opted out: for a log all of them, for counts the last 200. */
function narrowed(list: OptOutList, call: BatchCall): BatchCall {
  const [method, ...args] = call as unknown as [ReaderMethod, ...unknown[]];
  if (!COUNTING.has(method)) return call;
  const users = list.all.filter(({ kind }) => kind === "user");
  if (users.length === 0) return call;
  const ids = users.map(({ twitchId }) => twitchId).filter((id) => id !== undefined);
  const query = args[0] as CountQuery;
  const excluded = ids.slice(-MAX_EXCLUDED);
  const others: Condition = { is: "not", of: { is: "user", ids: excluded } };
  return [method, {
    ...query,
    ...excluded.length > 0 && { search: query.search ? allOf([query.search, others]) : others },
    ...method === "log" && { without: leftOut(users, ids) },
  }, ...args.slice(1)] as unknown as BatchCall;
}

/** The users whom the index does not exclude from a log; undefined if there are none. */
function leftOut(users: readonly OptOut[], ids: readonly number[]): LogQuery["without"] {
  // Also the others: some of their earlier messages may have no id.
  const logins = users.map(({ login }) => login).filter((login) => login !== undefined);
  const isAll = ids.length <= MAX_EXCLUDED && logins.length === 0;
  return isAll ? undefined : { ids, logins };
}

/** Instead of an answer that is one of them. */
const REFUSED = Symbol("refused");

/** The answer to a call without them, or {@link REFUSED}. */
function visible(list: OptOutList, [method, asked]: BatchCall, answer: unknown): unknown {
  if (answer === undefined) return isAskedFor(list, method, asked) ? REFUSED : undefined;
  switch (method) {
    case "channel":
    case "channelByLogin":
    case "channelByTwitchId":
      return list.has("channel", answer as Channel) ? REFUSED : answer;
    case "user":
    case "userByLogin":
    case "userByName":
      return isOut(list, answer as User) ? REFUSED : answer;
    case "event":
      return isHidden(list, answer as StoredEvent) ? undefined : answer;
    case "timeline":
      return visiblePage(list, asked as TimelineQuery, answer as TimelinePage);
    case "searchUsers":
      return without(list, answer as User[]);
    case "searchChannels":
    case "channels":
      return (answer as Channel[]).filter((channel) => !list.has("channel", channel));
    case "chatters":
      return { ...answer as Chatters, top: without(list, (answer as Chatters).top) };
    case "facets":
      return { ...answer as Facets, users: without(list, (answer as Facets).users) };
  }
  return answer;
}

/** Whether a name or an id that the archive does not have is that of one of them. */
function isAskedFor(list: OptOutList, method: ReaderMethod, asked: unknown): boolean {
  switch (method) {
    case "channelByLogin":
      return list.has("channel", { login: asked as string });
    case "channelByTwitchId":
      return list.has("channel", { twitchId: asked as number });
    case "user":
      return list.has("user", { twitchId: asked as number });
    case "userByLogin":
    case "userByName":
      return list.has("user", { login: (asked as string).toLowerCase() });
  }
  return false;
}

function without<P extends Person>(list: OptOutList, people: readonly P[]): P[] {
  return people.filter((person) => !isOut(list, person));
}

function isOut(list: OptOutList, { id, login }: Person): boolean {
  return list.has("user", { twitchId: id, login });
}

function isHidden(list: OptOutList, { channel, roomId, author, userId }: StoredEvent): boolean {
  return list.has("channel", { twitchId: roomId, login: channel }) ||
    author !== undefined && list.has("user", { twitchId: userId ?? author.userId, login: author.login });
}

function visiblePage(list: OptOutList, { place }: TimelineQuery, page: TimelinePage): TimelinePage {
  const events = page.events.filter((event) => !isHidden(list, event));
  if (events.length > 0 || page.events.length === 0 || !page.more) return { ...page, events };
  // A page with nothing to show still leads to the next one.
  return place?.at === "after"
    ? { ...page, events, more: false }
    : { ...page, events, stoppedAt: page.stoppedAt ?? page.events.at(-1)!.id };
}
