/**
 * Finds messages whose time is too late, because the machine's clock was ahead (docs/time.md): in the future, or long after
 * Twitch sent them.
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, MAX_AHEAD_MS, receivedAt, TICKS } from "../../../chat/ids.ts";
import { Counters } from "../messages/counters.ts";
import { CoverageRowWriter } from "../coverage/coverage_writer.ts";
import type { Fault } from "./fault.ts";
import type { Receipt } from "../coverage/receipt_evidence.ts";
import { IndexHealth } from "../fts5/health.ts";
import { Mover } from "./mover.ts";
import { spanRepairs } from "./spans.ts";
import { inTransaction } from "../file/transaction.ts";
import { EARLIEST_MS } from "../../../clock.ts";

/** No line arrives this late: the clock was ahead. */
const LATE_MS = 600_000;
/** A clock that differs from Twitch's by at most this was right. */
const AGREES_MS = 60_000;
/** Messages that are moved in one transaction. */
const STEP_ROWS = 2_000;
/** The channel was recorded between two messages at most this far apart. */
const ALIVE_MS = 10_000;

/** Twitch's times before {@link EARLIEST_MS} come from old captures, and are ignored. */
const AHEAD = `
  SELECT id, channel_id, sent
  FROM messages
  WHERE id >= ?1 OR sent > ${LATE_MS} AND id / ${TICKS} - sent >= ${EARLIEST_MS}
  ORDER BY id`;

/** A moment that was certainly not in the future: the newest message whose time of receipt agrees with Twitch's time. */
const AGREED = `
  SELECT max(id) AS id
  FROM messages
  WHERE sent BETWEEN ${-AGREES_MS} AND ${AGREES_MS} AND id / ${TICKS} - sent >= ${EARLIEST_MS}`;

interface AheadRow {
  id: number;
  channel_id: number;
  sent: number | null;
}

/**
 * @param wallMs the machine's clock, which may be wrong itself: times on which messages agree are not in the future, and
 *   if every message is after it, the clock is behind
 */
export function timeFaults(db: DatabaseSync, wallMs = Date.now()): Fault[] {
  const agreed = db.prepare(AGREED).get()!.id as number | null;
  const latest = Math.max(wallMs, agreed === null ? 0 : receivedAt(agreed)) + MAX_AHEAD_MS;
  const isKnown = wallMs >= EARLIEST_MS &&
    db.prepare("SELECT 1 FROM messages WHERE id < ? LIMIT 1").get(firstIdAt(latest)) !== undefined;
  const limit = isKnown ? firstIdAt(latest) : Number.MAX_SAFE_INTEGER;
  const rows = db.prepare(AHEAD).all(limit) as unknown as AheadRow[];
  const now = isKnown
    ? latest - MAX_AHEAD_MS
    : rows.reduce((most, { id, sent }) => Math.max(most, receivedAt(id) - (sent ?? 0)), 0);
  const spans = isKnown ? spanRepairs(db, latest) : [];
  if (rows.length === 0 && spans.length === 0) return [];
  return [{
    sentence: rows.length === 0
      ? "Times of channels, users or coverage are in the future."
      : `${rows.length} ${rows.length === 1 ? "message has a time" : "messages have times"} long after ${
        rows.length === 1 ? "it was" : "they were"
      } sent.`,
    repair: () => {
      moveBack(db, rows, now);
      return rows.length === 0
        ? "Times in the future were corrected."
        : `${rows.length} ${rows.length === 1 ? "message was" : "messages were"} moved to the time when ${
          rows.length === 1 ? "it was" : "they were"
        } sent.`;
    },
  }];
}

function moveBack(db: DatabaseSync, rows: readonly AheadRow[], now: number): void {
  const counters = new Counters(db);
  counters.catchUp(() => inTransaction(db, () => counters.write()));
  const mover = new Mover(db);
  const isIndexed = new IndexHealth(db, "messages_index").examine() === undefined;
  const taken = db.prepare("SELECT 1 FROM messages WHERE id = ?");
  const times = timesOf(rows, now);
  const moved: Receipt[] = [];
  let last = -1;
  for (let from = 0; from < rows.length; from += STEP_ROWS) {
    const moves = rows.slice(from, from + STEP_ROWS).map(({ id, channel_id: channelId }, i) => {
      let to = Math.max(firstIdAt(times[from + i]!), last + 1);
      while (to !== id && taken.get(to)) to++;
      last = to;
      moved.push({ channelId, at: receivedAt(to) });
      return { id, to };
    });
    inTransaction(db, () => mover.move(moves.filter(({ id, to }) => id !== to), isIndexed));
  }
  inTransaction(db, () => {
    for (const sql of spanRepairs(db, now + MAX_AHEAD_MS, new Set(rows.map((row) => row.channel_id)))) {
      db.exec(sql);
    }
    const listening = new CoverageRowWriter(db);
    listening.cutAhead(now + MAX_AHEAD_MS);
    listening.evidence.cover(moved, ALIVE_MS);
  });
}

/** When the rows were sent; a row without a time gets that of the row before it. Never decreases, so that the order stays. */
function timesOf(rows: readonly AheadRow[], now: number): number[] {
  const known = rows.map(({ id, sent }) => {
    const at = sent === null ? NaN : receivedAt(id) - sent;
    return at >= EARLIEST_MS && at <= now ? at : NaN;
  });
  let last = known.find((at) => !Number.isNaN(at)) ?? now;
  return known.map((at) => last = Number.isNaN(at) ? last : Math.max(last, at));
}
