/** Finds the thread of a reply: the message that began it, and all replies. */
import type { Context } from "hono";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { THREAD_REACH_MS } from "../../src/search/compile.ts";
import { answeredMessage } from "../../src/irc/events/privmsg.ts";
import { continueSearch } from "../search/query/continue.ts";
import { inTurn } from "../shared/in_turn.ts";
import type { Env, Site } from "../site.tsx";

const MOST = 200;

/** The messages of the event's thread, oldest first, at most 200; the event alone if it has none. */
export async function threadOf(site: Site, c: Context<Env>, event: StoredEvent): Promise<StoredEvent[]> {
  const uuid = firstOf(event);
  if (uuid === undefined) return [event];
  const at = receivedAt(event.id);
  return await inTurn(site, c, async () => {
    const page = await continueSearch(site, {
      channelId: event.channelId,
      search: { is: "thread", uuid },
      from: Math.max(0, at - THREAD_REACH_MS),
      to: at + THREAD_REACH_MS,
      limit: MOST,
    });
    return page.events.toReversed();
  });
}

/** Twitch's id of the message that began the thread. */
function firstOf(event: StoredEvent): string | undefined {
  const answered = answeredMessage(event);
  return (answered?.threadUuid ?? answered?.uuid ?? event.uuid)?.toLowerCase();
}
