/** Compares the counters by hour with the messages, among those that are counted. */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import { DAY_MS, HOUR_MS } from "../../../clock.ts";
import { inTransaction } from "../file/transaction.ts";
import { channelOf, hourId, hourOf, packCounts } from "../statistics/hour_counts.ts";
import { WRITTEN_CODES } from "../codec/event_row.ts";
import type { Fault } from "./fault.ts";

const REAL = `
  SELECT m.channel_id, m.id / ${TICKS * HOUR_MS} AS hour, a.user_id, count(*) AS messages
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  JOIN authors AS a ON a.id = m.author_id
  CROSS JOIN archive
  WHERE m.id >= ? AND m.id < ? AND m.id >= hours_from AND m.id <= counters_upto AND s.kind IN (${WRITTEN_CODES})
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3`;
const NEXT = "SELECT min(id) AS id FROM messages WHERE id >= ?";
/** The ids of a day, which is compared at once. */
const DAY_IDS = TICKS * DAY_MS;

interface Real {
  channel_id: number;
  hour: number;
  user_id: number;
  messages: number;
}

/** An hour whose counters differ. */
interface Wrong {
  id: number;
  /** Undefined if there are no messages. */
  users: Uint8Array | undefined;
}

export function hourFaults(db: DatabaseSync): Fault[] {
  const wrong = [...wrongHours(db)];
  const [first] = wrong;
  if (!first) return [];
  const when = new Date(hourOf(first.id) * HOUR_MS).toISOString().slice(0, 13);
  const channel = db.prepare("SELECT login FROM channels WHERE id = ?").get(channelOf(first.id));
  return [{
    sentence:
      `The counters by user of ${wrong.length} ${wrong.length === 1 ? "hour" : "hours"} are wrong, such as ` +
      `${when} h (UTC) of ${channel?.login ?? `channel ${channelOf(first.id)}`}.`,
    repair: () => {
      inTransaction(db, () => {
        const set = db.prepare("INSERT OR REPLACE INTO channel_hours (id, users) VALUES (?, ?)");
        const remove = db.prepare("DELETE FROM channel_hours WHERE id = ?");
        for (const { id, users } of wrongHours(db)) {
          if (users) set.run(id, users);
          else remove.run(id);
        }
      });
      return "The counters by hour were recounted.";
    },
  }];
}

/** Compares the stored hours with the real ones. */
function* wrongHours(db: DatabaseSync): Generator<Wrong> {
  const stored = new Map(
    db.prepare("SELECT id, users FROM channel_hours").all()
      .map(({ id, users }) => [id as number, users as Uint8Array]),
  );
  for (const { id, users } of realHours(db)) {
    const counted = stored.get(id);
    stored.delete(id);
    if (!counted || !isSame(counted, users)) yield { id, users };
  }
  for (const id of stored.keys()) yield { id, users: undefined };
}

function* realHours(db: DatabaseSync): Generator<{ id: number; users: Uint8Array }> {
  const real = db.prepare(REAL);
  const next = db.prepare(NEXT);
  let first = next.get(0)!.id as number | null;
  while (first !== null) {
    const day = Math.floor(first / DAY_IDS) * DAY_IDS;
    const rows = real.all(day, day + DAY_IDS) as unknown as Real[];
    const hours = Map.groupBy(rows, ({ channel_id, hour }) => hourId(channel_id, hour));
    for (const [id, users] of hours) {
      yield { id, users: packCounts(users.map(({ user_id, messages }) => [user_id, messages] as const)) };
    }
    first = next.get(day + DAY_IDS)!.id as number | null;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
