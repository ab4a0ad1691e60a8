/** Hides the stored messages of channels and users that have opted out: in rows, cards, lists, files, feeds and APIs. */
import type { Channel } from "../archive/channel.ts";
import type { LogQuery } from "../archive/log.ts";
import type { OptOutList } from "../archive/access/opt_out.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../archive/reader_batch.ts";
import type { Chatters } from "../archive/statistics.ts";
import type { CountQuery, Facets, TimelinePage, TimelineQuery } from "../archive/timeline.ts";
import type { User } from "../archive/user.ts";
import { AppError } from "../chat/errors.ts";
import type { StoredEvent } from "../chat/events.ts";
import { withoutQuoteOf } from "../irc/events/quote.ts";
import { allOf, type Condition } from "../search/condition.ts";
import { changedReader, type QueryMethod } from "./changed_reader.ts";

/** Rustlog's words. */
export const OPTED_OUT = "The requested channel/user has opted out of being logged";

/** A user, as lists of different kinds have them. */
type Person = Pick<User, "id" | "login">;

/**
 * An archive whose answers have none of them. A call for one of them by name or id rejects. Counts of words, of
 * people and by minute still include their messages.
 * @param refusal makes the error of such a call
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

/** The queries whose answers are not events: the query itself must exclude these users. */
const COUNTING: Record<Exclude<QueryMethod, "timeline" | "log">, true> = {
  histogram: true,
  facets: true,
  topics: true,
};
/** Of more users, the index would read too many lists. */
const MAX_EXCLUDED = 200;

/** The call without the messages of the users who have opted out; of counts, the last ones of them. */
function narrowed({ users }: OptOutList, call: BatchCall): BatchCall {
  if (!users) return call;
  const [method, ...args] = call as unknown as [ReaderMethod, ...unknown[]];
  const calling = (...changed: unknown[]) => [method, ...changed] as unknown as BatchCall;
  if (method === "randomMessage") return calling(args[0], args[1], users);
  if (method === "log") return calling({ ...args[0] as LogQuery, without: users });
  const ids = users.ids.slice(-MAX_EXCLUDED);
  if (!Object.hasOwn(COUNTING, method) || ids.length === 0) return call;
  const query = args[0] as CountQuery;
  const others: Condition = { is: "not", of: { is: "user", ids } };
  const search = query.search ? allOf([query.search, others]) : others;
  return calling({ ...query, search }, ...args.slice(1));
}

/** Stands for an answer that is one of them. */
const REFUSED = Symbol("refused");

/** The answer to a call without them, or {@link REFUSED}. Every method is listed, so that a new one must be decided here. */
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
      return visibleEvent(list, answer as StoredEvent);
    case "timeline":
      return visiblePage(list, asked as TimelineQuery, answer as TimelinePage);
    case "searchUsers":
      return without(list, answer as User[]);
    case "searchChannels":
    case "channels":
      return (answer as Channel[]).filter((channel) => !list.has("channel", channel));
    case "chatters":
      return { ...answer as Chatters, top: without(list, (answer as Chatters).top) };
    case "logVersion":
      // A cache must not confirm a log in which they still are.
      return `${answer} ${list.digest}`;
    case "facets":
      return { ...answer as Facets, users: without(list, (answer as Facets).users) };
    // Their queries exclude these users.
    case "log":
    case "histogram":
    case "topics":
      return answer;
    // Of a channel that was found, or of all messages together.
    case "logDays":
    case "logMonths":
    case "randomMessage":
    case "words":
    case "emotes":
    case "frequencies":
    case "indexUpgrade":
    case "totals":
    case "minutes":
    case "sessions":
    case "coverage":
    case "gaps":
    case "missed":
    case "setEmotes":
    case "picture":
      return answer;
    // Nothing that was recorded.
    case "savedSearches":
    case "webhooks":
    case "highlightRules":
    case "tokens":
    case "optOuts":
    case "auditLog":
      return answer;
    default:
      return method satisfies never;
  }
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

/** The event, if it is an answer without what one of them wrote; undefined if it is by or about one of them. */
function visibleEvent(list: OptOutList, event: StoredEvent): StoredEvent | undefined {
  return isHidden(list, event) ? undefined : withoutQuoteOf(event, (answered) => list.has("user", answered));
}

function visiblePage(list: OptOutList, { place }: TimelineQuery, page: TimelinePage): TimelinePage {
  const events = page.events.map((event) => visibleEvent(list, event)).filter((event) => event !== undefined);
  if (events.length > 0 || page.events.length === 0 || !page.more) return { ...page, events };
  // A page with nothing to show still leads to the next one.
  return place?.at === "after"
    ? { ...page, events, more: false }
    : { ...page, events, stoppedAt: page.stoppedAt ?? page.events.at(-1)!.id };
}
