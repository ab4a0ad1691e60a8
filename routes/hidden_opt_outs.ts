/** Hides what is stored of channels and users who have opted out: in rows, cards, lists, files, feeds and APIs alike. */
import type { Channel } from "../src/archive/channel.ts";
import type { OptOutList } from "../src/archive/opt_out.ts";
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../src/archive/reader_batch.ts";
import type { Chatters } from "../src/archive/statistics.ts";
import type { Facets, TimelinePage, TimelineQuery } from "../src/archive/timeline.ts";
import type { User } from "../src/archive/user.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { Failure } from "../src/web/failure.ts";

/** A user, as lists of different kinds have them. */
type Person = Pick<User, "id" | "login">;

/**
 * An archive whose answers have none of them. Who asks for one of them by name or id gets a Failure, `forbidden`, in rustlog's
 * words. Counts by time and of words still include their messages.
 */
export function hidingOptedOut(archive: ArchiveReader, optOuts: () => OptOutList): ArchiveReader {
  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return async (...args: unknown[]) => {
        const answer = await value.apply(target, args);
        const list = optOuts();
        if (list.isEmpty) return answer;
        if (name !== "batch") return visible(list, name as ReaderMethod, args, answer);
        const calls = args as unknown as BatchCall[];
        return (answer as unknown[]).map((part, i) => {
          const [method, ...own] = calls[i] as unknown as [ReaderMethod, ...unknown[]];
          return visible(list, method, own, part);
        });
      };
    },
  });
}

/** The answer to a call without them. @throws a Failure if the answer is one of them */
function visible(list: OptOutList, method: ReaderMethod, args: readonly unknown[], answer: unknown): unknown {
  if (answer === undefined) return answer;
  switch (method) {
    case "channel":
    case "channelByLogin":
      return refuseIf(list.has("channel", answer as Channel), answer);
    case "user":
    case "userByLogin":
    case "userByName":
      return refuseIf(isOut(list, answer as User), answer);
    case "event":
      return isHidden(list, answer as StoredEvent) ? undefined : answer;
    case "timeline":
      return visiblePage(list, args[0] as TimelineQuery, answer as TimelinePage);
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

function refuseIf<T>(isOut: boolean, answer: T): T {
  if (!isOut) return answer;
  throw new Failure("forbidden", "The requested channel/user has opted out of being logged");
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
