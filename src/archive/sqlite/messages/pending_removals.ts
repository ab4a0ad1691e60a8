/** The messages that timeouts, bans and deletions have still to examine. Stored in the file, so they survive a crash. */
import type { DatabaseSync } from "node:sqlite";
import type { PackedId } from "../codec/twitch_message_id.ts";

interface NewPendingRemoval {
  /** The id of the timeout, ban or deletion. */
  by: number;
  channelId: number;
  /** The user whose messages it removes; missing for a deletion. */
  userId?: number;
  /** The range of messages to examine: from `from` (included) to `before` (excluded). */
  from: number;
  before: number;
}

interface PendingRemoval extends NewPendingRemoval {
  /** For a deletion: Twitch's id of the deleted message. */
  uuid: PackedId | null;
}

/** The oldest one. If several events remove a message, readers name the oldest. */
const FIRST_PENDING = `
  SELECT p.removed_by, p.channel_id, p.user_id, p.from_id, p.before_id, m.uuid
  FROM pending_removals AS p
  LEFT JOIN messages AS m ON m.id = p.removed_by
  WHERE p.removed_by = (SELECT min(removed_by) FROM pending_removals)`;

export class PendingRemovals {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      first: db.prepare(FIRST_PENDING),
      add: db.prepare(`
        INSERT INTO pending_removals (removed_by, channel_id, user_id, from_id, before_id)
        VALUES (?, ?, ?, ?, ?)`),
      move: db.prepare("UPDATE pending_removals SET before_id = ? WHERE removed_by = ?"),
      remove: db.prepare("DELETE FROM pending_removals WHERE removed_by = ?"),
    };
  }

  first(): PendingRemoval | undefined {
    const row = this.#sql.first.get();
    return row && {
      by: row.removed_by as number,
      channelId: row.channel_id as number,
      userId: row.user_id as number | null ?? undefined,
      from: row.from_id as number,
      before: row.before_id as number,
      uuid: row.uuid as PackedId | null,
    };
  }

  add({ by, channelId, userId, from, before }: NewPendingRemoval): void {
    this.#sql.add.run(by, channelId, userId ?? null, from, before);
  }

  /** Stores that every message from this id on has been examined. */
  move(by: number, before: number): void {
    this.#sql.move.run(before, by);
  }

  done(by: number): void {
    this.#sql.remove.run(by);
  }
}
