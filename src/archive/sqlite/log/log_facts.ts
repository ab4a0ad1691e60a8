/** Answers questions about a log without reading its messages: whether it has changed, and which days it has. */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt } from "../../../chat/ids.ts";
import { spanOfReceipt } from "../../../chat_log/span.ts";
import { DAY_MS, MINUTE_MS } from "../../../clock.ts";

/** The minutes of a longer span take too long to sum up: its version changes with every message of the channel. */
const MAX_SUMMED_MS = 100 * DAY_MS;

const MINUTES = `
  SELECT sum(messages) AS messages, sum(messages * minute) AS moments
  FROM channel_minutes
  WHERE channel_id = ? AND minute >= ? AND minute < ?`;

const CHANNEL = `
  SELECT login, twitch_id, messages, last_at
  FROM channels
  WHERE id = ?`;

const REMOVED = `
  SELECT count(*) AS removed
  FROM removals
  WHERE message_id >= ? AND message_id < ?`;

const LAST_MINUTE = `
  SELECT max(minute) AS minute
  FROM channel_minutes
  WHERE channel_id = ? AND minute < ?`;

const MINUTES_OF_DAY = DAY_MS / MINUTE_MS;

export class LogFacts {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      minutes: db.prepare(MINUTES),
      channel: db.prepare(CHANNEL),
      lastMinute: db.prepare(LAST_MINUTE),
      removed: db.prepare(REMOVED),
      pending: db.prepare("SELECT count(*) AS pending FROM pending_removals WHERE channel_id = ?"),
    };
  }

  /** See `LogReader.logVersion`. */
  version(channelId: number, first: number, last: number): string {
    const { from = 0, to = 0 } = spanOfReceipt({ from: first, to: last });
    const { login, twitch_id, ...totals } = this.#sql.channel.get(channelId) ?? {};
    const counts = to - from > MAX_SUMMED_MS
      ? totals
      : this.#sql.minutes.get(channelId, Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS));
    const removed = this.#sql.removed.get(firstIdAt(from), Math.min(firstIdAt(to), Number.MAX_SAFE_INTEGER));
    return JSON.stringify([login, twitch_id, counts, removed, this.#sql.pending.get(channelId)]);
  }

  /** See `LogReader.logDays`: one step in the counters for each day, however many messages it has. */
  days(channelId: number): number[] {
    const days: number[] = [];
    for (let before = Number.MAX_SAFE_INTEGER;;) {
      const { minute } = this.#sql.lastMinute.get(channelId, before) as { minute: number | null };
      if (minute === null) return days;
      before = Math.floor(minute / MINUTES_OF_DAY) * MINUTES_OF_DAY;
      days.push(before * MINUTE_MS);
    }
  }
}
