/** Hides what is stored of channels and users who have opted out: in rows, cards, lists, files, feeds and APIs alike. */
import type { Channel } from "../archive/channel.ts";
import type { LogQuery } from "../archive/log.ts";
import type { OptOutList } from "../archive/access/opt_out.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { ReaderMethod } from "../archive/reader_batch.ts";
import type { Chatters } from "../archive/statistics.ts";
import type { CountQuery, Facets, TimelinePage, TimelineQuery } from "../archive/timeline.ts";
import type { User } from "../archive/user.ts";
import type { StoredEvent } from "../chat/events.ts";
import { allOf, type Condition } from "../search/condition.ts";
import { AppError } from "../chat/errors.ts";
import { withoutQuoteOf } from "../irc/events/quote.ts";

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
  const told = (list: OptOutList, method: ReaderMethod, args: readonly unknown[], answer: unknown) => {
    const seen = visible(list, method, args, answer);
    if (seen === REFUSED) throw refusal();
    return seen;
  };
  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return async (...args: unknown[]) => {
        const list = optOuts();
        if (list.isEmpty) return await value.apply(target, args);
        if (name !== "batch") {
          const method = name as ReaderMethod;
          return told(list, method, args, await value.apply(target, narrowed(list, method, args)));
        }
        const calls = args as unknown as [ReaderMethod, ...unknown[]][];
        const answers = await value.apply(
          target,
          calls.map(([method, ...own]) => [method, ...narrowed(list, method, own)]),
        ) as unknown[];
        return answers.map((answer, i) => {
          const [method, ...own] = calls[i]!;
          return told(list, method, own, answer);
        });
      };
    },
  });
}

/** Queries whose answers are no events, so that they must not find those of these users. */
const COUNTING: ReadonlySet<ReaderMethod> = new Set(["histogram", "facets", "topics"]);
/** Of more users, the index would read too many lists. */
const MAX_EXCLUDED = 200;

/** The arguments of a call, without the messages of the users who have opted out; of counts, the last ones of them. */
function narrowed({ users }: OptOutList, method: ReaderMethod, args: readonly unknown[]): readonly unknown[] {
  if (!users) return args;
  if (method === "randomMessage") return [args[0], args[1], users];
  if (method === "log") return [{ ...args[0] as LogQuery, without: users }];
  const ids = users.ids.slice(-MAX_EXCLUDED);
  if (!COUNTING.has(method) || ids.length === 0) return args;
  const query = args[0] as CountQuery;
  const others: Condition = { is: "not", of: { is: "user", ids } };
  const search = query.search ? allOf([query.search, others]) : others;
  return [{ ...query, search }, ...args.slice(1)];
}

/** Instead of an answer that is one of them. */
const REFUSED = Symbol("refused");

/** The answer to a call without them, or {@link REFUSED}. */
function visible(list: OptOutList, method: ReaderMethod, args: readonly unknown[], answer: unknown): unknown {
  if (answer === undefined) return isAskedFor(list, method, args[0]) ? REFUSED : undefined;
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
      return visiblePage(list, args[0] as TimelineQuery, answer as TimelinePage);
    case "searchUsers":
      return without(list, answer as User[]);
    case "searchChannels":
    case "channels":
      return (answer as Channel[]).filter((channel) => !list.has("channel", channel));
    case "words":
      return (answer as [word: string, messages: number][]).filter(([word]) =>
        !list.has("user", { login: word })
      );
    case "chatters":
      return { ...answer as Chatters, top: without(list, (answer as Chatters).top) };
    case "logVersion":
      // A cache must not confirm a log in which they still are.
      return `${answer} ${list.digest}`;
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
