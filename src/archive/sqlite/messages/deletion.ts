/** Deletes the messages of a channel or a user, a few hundred in each step, oldest first. */
import type { DatabaseSync } from "node:sqlite";
import { WRITTEN } from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { Emotes } from "../codec/emotes.ts";
import { LazyStatement } from "../fts5/health.ts";
import type { IndexMerge } from "../fts5/merge.ts";
import { EVENT_COLUMNS, EVENT_JOINS, eventOf, type EventRow } from "../codec/event_row.ts";
import { matchExpression } from "../search/terms.ts";
import type { RepeatedTexts } from "../codec/repeated_texts.ts";
import { MessageTerms } from "../upgrade/message_terms.ts";
import { MINUTE_MS } from "../../../clock.ts";
import { HourChanges, HourCounts } from "../statistics/hour_counts.ts";

const OLDEST = `
  SELECT ${EVENT_COLUMNS}
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid${EVENT_JOINS}
  WHERE messages_index MATCH ? AND messages_index.rowid >= ? AND messages_index.rowid < ?
  ORDER BY messages_index.rowid
  LIMIT ?`;

/** Counts of the deleted messages of a channel. */
interface Tally {
  events: number;
  /** Messages by user. */
  written: Map<number, number>;
  /** Events by minute. */
  minutes: Map<number, number>;
}

interface Deleted {
  deleted: number;
  last?: number;
}

export class Deletion {
  readonly #merge: IndexMerge;
  readonly #texts: RepeatedTexts;
  readonly #emotes: Emotes;
  readonly #terms: MessageTerms;
  readonly #hours: HourCounts;
  /** By channel: the id below which everything is deleted. Below it, the index has many tombstones to skip. */
  readonly #reached = new Map<number, number>();
  readonly #sql;

  constructor(db: DatabaseSync, { merge, texts }: { merge: IndexMerge; texts: RepeatedTexts }) {
    this.#merge = merge;
    this.#texts = texts;
    this.#emotes = new Emotes(db);
    this.#terms = new MessageTerms(db);
    this.#hours = new HourCounts(db);
    this.#sql = {
      oldest: new LazyStatement(db, OLDEST),
      unindex: new LazyStatement(
        db,
        "INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', ?, ?)",
      ),
      remove: db.prepare("DELETE FROM messages WHERE id = ?"),
      unqueue: db.prepare("DELETE FROM pending_removals WHERE removed_by = ?"),
      deleteStates: db.prepare(`
        DELETE FROM channel_states
        WHERE channel_id = ?1 AND message_id < (
          SELECT max(message_id)
          FROM channel_states
          WHERE channel_id = ?1 AND message_id <= ?2
        )`),
      deleteRemoval: db.prepare("DELETE FROM removals WHERE message_id = ?"),
      deleteFill: db.prepare("DELETE FROM filled_messages WHERE message_id = ?"),
      user: db.prepare("UPDATE users SET messages = messages - ? WHERE id = ?"),
      userChannel: db.prepare(
        "UPDATE user_channels SET messages = messages - ? WHERE user_id = ? AND channel_id = ?",
      ),
      emptied: db.prepare("DELETE FROM user_channels WHERE user_id = ? AND channel_id = ? AND messages <= 0"),
      channel: db.prepare("UPDATE channels SET messages = messages - ? WHERE id = ?"),
      minute: db.prepare(
        "UPDATE channel_minutes SET messages = messages - ? WHERE channel_id = ? AND minute = ?",
      ),
      silent: db.prepare("DELETE FROM channel_minutes WHERE channel_id = ? AND minute = ? AND messages <= 0"),
      allMinutes: db.prepare("DELETE FROM channel_minutes WHERE channel_id = ?"),
    };
  }

  /** Deletes the oldest `rows` messages of a channel that is being deleted. True when none are left. */
  step(channelId: number, rows: number): boolean {
    const from = this.#reached.get(channelId) ?? 0;
    const { deleted, last } = this.oldest({ channelId }, rows, { from, before: Number.MAX_SAFE_INTEGER });
    if (last !== undefined && deleted === rows) {
      this.#reached.set(channelId, last + 1);
      this.release(channelId, last);
      return false;
    }
    this.#reached.delete(channelId);
    this.release(channelId, undefined);
    this.#sql.allMinutes.run(channelId);
    this.#hours.remove(channelId);
    return true;
  }

  /** Deletes repeated texts that no message from `oldest` on can use; if undefined, all of the channel. */
  release(channelId: number, oldest: number | undefined): void {
    this.#texts.release(channelId, oldest);
  }

  /** Clears the progress. Call it after a rollback. */
  forget(): void {
    this.#reached.clear();
  }

  /**
   * Deletes the oldest `rows` messages of a channel, or events of a user, with ids from `from` (included) to `before` (excluded), and
   * subtracts them from the counters. Returns their number and the id of the last one.
   */
  oldest(
    of: { channelId: number } | { userId: number },
    rows: number,
    { from, before }: { from: number; before: number },
  ): Deleted {
    // Bigints, or FTS5 would read the whole posting list (see `matchExpression`).
    const oldest = this.#sql.oldest.statement.all(
      matchExpression(of),
      BigInt(from),
      BigInt(before),
      rows,
    ) as unknown as EventRow[];
    const byChannel = new Map<number, Tally>();
    const hours = new HourChanges();
    const { countedFrom } = this.#hours;
    for (const row of oldest) {
      const event = eventOf(row, this.#emotes);
      const { kind, userId, channelId } = event;
      const tally = byChannel.get(channelId) ?? { events: 0, written: new Map(), minutes: new Map() };
      byChannel.set(channelId, tally);
      tally.events++;
      this.#sql.unindex.statement.run(row.id, this.#terms.of(event));
      this.#sql.remove.run(row.id);
      this.#sql.deleteRemoval.run(row.id);
      this.#sql.deleteFill.run(row.id);
      if (kind === "timeout" || kind === "ban" || kind === "deletion") this.#sql.unqueue.run(row.id);
      else if (kind === "state") this.#sql.deleteStates.run(channelId, row.id);
      count(tally.minutes, Math.floor(receivedAt(row.id) / MINUTE_MS));
      if (userId === undefined || !WRITTEN.has(kind)) continue;
      count(tally.written, userId);
      if (row.id >= countedFrom) hours.add(channelId, userId, row.id, -1);
    }
    for (const [channelId, tally] of byChannel) this.#subtract(channelId, tally);
    hours.write(this.#hours);
    this.#merge.deleted(oldest.length);
    return { deleted: oldest.length, last: oldest.at(-1)?.id };
  }

  #subtract(channelId: number, { events, written, minutes }: Tally): void {
    for (const [userId, messages] of written) {
      this.#sql.user.run(messages, userId);
      this.#sql.userChannel.run(messages, userId, channelId);
      this.#sql.emptied.run(userId, channelId);
    }
    for (const [minute, messages] of minutes) {
      this.#sql.minute.run(messages, channelId, minute);
      this.#sql.silent.run(channelId, minute);
    }
    this.#sql.channel.run(events, channelId);
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
