/** What timeouts, bans and deletions have still to look through. Kept in the file, so that a crash loses none of it. */
import type { DatabaseSync } from "node:sqlite";
import type { PackedId } from "../codec/twitch_message_id.ts";

export interface NewPendingRemoval {
  /** The id of the event that removes. */
  by: number;
  channelId: number;
  /** Whose messages it removes; missing for a deletion. */
  userId?: number;
  /** Messages from the first id on and before the second one. */
  from: number;
  before: number;
}

export interface PendingRemoval extends NewPendingRemoval {
  /** Of a deletion: Twitch's id of the message. */
  uuid: PackedId | null;
}

/** The oldest, which readers name as what removed a message that several are about. */
export const FIRST_PENDING = `
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

  /** Everything from this id on was looked through. */
  move(by: number, before: number): void {
    this.#sql.move.run(before, by);
  }

  done(by: number): void {
    this.#sql.remove.run(by);
  }
}
