/** Finds messages that were received outside the listening intervals, so that coverage is wrong. */
import type { DatabaseSync } from "node:sqlite";
import type { EndReason } from "../../../chat/coverage.ts";
import { firstIdAt, receivedAt, TICKS } from "../../../chat/ids.ts";
import type { Fault } from "./fault.ts";
import { matchExpression } from "../search/terms.ts";
import { inTransaction } from "../file/transaction.ts";
import { runs } from "../coverage/receipt_evidence.ts";

/** Lines may arrive a moment before a channel counts as joined, and a moment after it was left. */
const MARGIN_MS = 5_000;
/** A dead connection is noticed within this time, so it was alive between two messages at most this far apart. */
const ALIVE_MS = 10_000;

/**
 * Intervals that have ended, and when the next one begins. After messages were dropped because the disk was full, the
 * stored ones prove nothing.
 */
const PAUSES = `
  SELECT *
  FROM (
    SELECT c.login, l.channel_id, l.id, l.ended_at, l.end_reason,
      lead(l.id) OVER following AS next_id, lead(l.started_at) OVER following AS next_at
    FROM listening AS l
    JOIN channels AS c ON c.id = l.channel_id
    WINDOW following AS (PARTITION BY l.channel_id ORDER BY l.started_at, l.id)
  )
  WHERE ended_at IS NOT NULL AND end_reason <> 'storage'`;

/** Messages in a range of ids, except filled ones and those whose time a fill covers. */
const HEARD = `
  FROM messages_index
  LEFT JOIN filled_messages AS f ON f.message_id = messages_index.rowid
  WHERE messages_index MATCH ?1 AND messages_index.rowid >= ?2 AND messages_index.rowid < ?3
    AND f.message_id IS NULL AND NOT EXISTS (
      SELECT 1
      FROM fills
      WHERE channel_id = ?4 AND messages_index.rowid / ${TICKS} BETWEEN from_at AND to_at
    )`;

interface Pause {
  login: string;
  channel_id: number;
  id: number;
  ended_at: number;
  end_reason: EndReason;
  next_id: number | null;
  next_at: number | null;
}

export function coverageFaults(db: DatabaseSync): Fault[] {
  const count = db.prepare(`SELECT count(*) AS messages ${HEARD}`);
  const found = new Map<string, { messages: number; pauses: Pause[] }>();
  for (const pause of db.prepare(PAUSES).all() as unknown as Pause[]) {
    const { messages } = count.get(...spanOf(pause, MARGIN_MS))! as { messages: number };
    if (messages === 0) continue;
    const faults = found.get(pause.login) ?? { messages: 0, pauses: [] };
    faults.messages += messages;
    faults.pauses.push(pause);
    found.set(pause.login, faults);
  }
  return [...found].map(([login, { messages, pauses }]) => ({
    sentence:
      `In #${login}, ${messages} ${messages === 1 ? "message was" : "messages were"} received while ` +
      `the archive says that nothing was recorded.`,
    repair: () => {
      inTransaction(db, () => pauses.forEach((pause) => extendCoverage(db, pause)));
      return `In #${login}, time between messages at most ${
        ALIVE_MS / 1_000
      } s apart now counts as recorded.`;
    },
  }));
}

/** The parameters of {@link HEARD}. Its ids are bigints, or FTS5 would read the whole posting list. */
function spanOf(
  { channel_id, ended_at, next_at }: Pause,
  marginMs: number,
): [string, bigint, bigint, number] {
  const to = next_at === null ? Number.MAX_SAFE_INTEGER : firstIdAt(next_at - marginMs);
  return [
    matchExpression({ channelId: channel_id }),
    BigInt(firstIdAt(ended_at + marginMs)),
    BigInt(to),
    channel_id,
  ];
}

/**
 * Extends coverage to the runs of messages in a pause. The gaps between them keep the reason of the whole one. A single
 * message proves only a moment, which would split the gap: it is left, and reported again.
 */
function extendCoverage(db: DatabaseSync, pause: Pause): void {
  const prolong = db.prepare("UPDATE listening SET ended_at = ? WHERE id = ?");
  const advance = db.prepare("UPDATE listening SET started_at = ? WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO listening (channel_id, started_at, ended_at, end_reason) VALUES (?, ?, ?, ?)",
  );
  const { next_id, next_at } = pause;
  const ids = db.prepare(`SELECT messages_index.rowid AS id ${HEARD} ORDER BY messages_index.rowid`);
  const times = ids.all(...spanOf(pause, 0)).map(({ id }) => receivedAt(id as number));
  for (const { from, to } of runs(times, ALIVE_MS)) {
    const endsInNext = next_at !== null && next_at - to <= ALIVE_MS;
    if (from - pause.ended_at <= ALIVE_MS) prolong.run(endsInNext ? next_at : to, pause.id);
    else if (endsInNext) advance.run(from, next_id);
    else if (from < to) insert.run(pause.channel_id, from, to, pause.end_reason);
  }
}
