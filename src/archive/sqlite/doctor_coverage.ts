/** Whether messages were received while nobody listened, which is not possible where coverage is right. */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt } from "../../chat/ids.ts";
import type { Fault } from "./doctor.ts";
import { matchExpression } from "./search_index.ts";

/** What Twitch says of a channel comes a moment before it counts as joined, and its last lines a moment after. */
const MARGIN_MS = 5_000;

const PAUSES = `
  SELECT c.login, l.channel_id, l.ended_at,
    lead(l.started_at) OVER (PARTITION BY l.channel_id ORDER BY l.started_at, l.id) AS next_at
  FROM listening AS l
  JOIN channels AS c ON c.id = l.channel_id`;

/** Messages in a span of ids, but for those that came from elsewhere. */
const HEARD = `
  SELECT count(*) AS messages
  FROM messages_index
  LEFT JOIN filled_messages AS f ON f.message_id = messages_index.rowid
  WHERE messages_index MATCH ? AND messages_index.rowid >= ? AND messages_index.rowid < ? AND f.message_id IS NULL`;

export function coverageFaults(db: DatabaseSync): Fault[] {
  const heard = db.prepare(HEARD);
  const found = new Map<string, number>();
  for (const { login, channel_id, ended_at, next_at } of db.prepare(PAUSES).all() as unknown as Pause[]) {
    if (ended_at === null) continue;
    const from = firstIdAt(ended_at + MARGIN_MS);
    const to = next_at === null ? Number.MAX_SAFE_INTEGER : firstIdAt(next_at - MARGIN_MS);
    if (to <= from) continue;
    const { messages } = heard.get(
      matchExpression({ channelId: channel_id })!,
      // As bigints, or FTS5 would walk the whole list.
      BigInt(from),
      BigInt(to),
    ) as { messages: number };
    if (messages > 0) found.set(login, (found.get(login) ?? 0) + messages);
  }
  return [...found].map(([login, messages]) => ({
    sentence:
      `In #${login}, ${messages} ${messages === 1 ? "message was" : "messages were"} received while ` +
      `the archive says that nobody listened.`,
  }));
}

interface Pause {
  login: string;
  channel_id: number;
  ended_at: number | null;
  next_at: number | null;
}
