/**
 * What was stored was heard: stretches of listening are extended to messages that lie outside of them, because the program was
 * killed before it had noted how far it had come. Everything here runs inside the caller's transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, receivedAt } from "../../chat/ids.ts";

/** Further after what was noted last no run has received anything: it notes that twice a second. */
const REACH_MS = 60_000;

export const STRETCH_UPTO = `
  SELECT id, ended_at, end_reason
  FROM listening
  WHERE channel_id = ? AND started_at <= ?
  ORDER BY started_at DESC, id DESC
  LIMIT 1`;

const NEXT_START = `
  SELECT min(started_at) AS at
  FROM listening
  WHERE channel_id = ? AND started_at > ?`;

/** Per channel, which is why all rows of the span are read: those of a minute at most, and mostly of half a second. */
const STORED = `
  SELECT channel_id, min(id) AS first, max(id) AS last
  FROM messages
  WHERE id >= ? AND id < ?
  GROUP BY channel_id`;

const ADD = `
  INSERT INTO listening (channel_id, started_at, ended_at, end_reason)
  SELECT id, ?2, ?3, 'killed'
  FROM channels
  WHERE id = ?1`;

export class HeardEvidence {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      upto: db.prepare(STRETCH_UPTO),
      next: db.prepare(NEXT_START),
      stored: db.prepare(STORED),
      extend: db.prepare("UPDATE listening SET ended_at = ? WHERE id = ?"),
      add: db.prepare(ADD),
    };
  }

  /** Extends coverage to the messages that were stored after `known`, the last moment that was noted. */
  coverStored(known: number): void {
    for (const row of this.#sql.stored.all(firstIdAt(known), firstIdAt(known + REACH_MS))) {
      const { channel_id: channelId, first, last } = row as {
        channel_id: number;
        first: number;
        last: number;
      };
      this.cover(channelId, receivedAt(first), receivedAt(last));
    }
  }

  /**
   * The channel was heard from `from` to `to`, epoch milliseconds, both included. Where messages were dropped for lack of
   * room, those that were kept show nothing.
   */
  cover(channelId: number, from: number, to: number): void {
    const last = this.#sql.upto.get(channelId, to) as
      | { id: number; ended_at: number | null; end_reason: string | null }
      | undefined;
    if (last && (last.ended_at === null || last.ended_at >= to || last.end_reason === "storage")) return;
    if (last?.end_reason === "killed") return void this.#sql.extend.run(to, last.id);
    const start = Math.max(from, last?.ended_at ?? 0);
    // Without length it would say only that there is another reason.
    const next = this.#sql.next.get(channelId, to)!.at as number | null;
    this.#sql.add.run(channelId, start, start < to ? to : Math.min(to + 1, next ?? Infinity));
  }
}
