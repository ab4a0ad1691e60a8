/**
 * What is deleted leaves marks in the index, which grow it until they meet what they cancel. Where many were left, the
 * index is merged into one piece, a few pages at a time. Often enough that no step has much to cancel: such a step
 * counts the pages that it writes, and not those that it reads.
 */
import type { DatabaseSync } from "node:sqlite";

/** Merging begins at so many deleted messages, and at this share of those that are left. */
const LEAST_DELETED = 20_000;
const LEAST_SHARE = 1 / 10;
/** Pages that a step writes. */
const STEP_PAGES = 16;

export class IndexMerge {
  readonly #sql;
  #deleted = 0;
  #merging = false;

  constructor(db: DatabaseSync) {
    this.#sql = {
      messages: db.prepare("SELECT ifnull(sum(messages), 0) AS messages FROM channels"),
      merge: db.prepare("INSERT INTO messages_index (messages_index, rank) VALUES ('merge', ?)"),
      changes: db.prepare("SELECT total_changes() AS changes"),
    };
  }

  /** So many messages were taken out of the index. */
  deleted(messages: number): void {
    this.#deleted += messages;
  }

  /** Merges a little; true while there is more to merge. */
  step(): boolean {
    if (!this.#merging) {
      if (this.#deleted < LEAST_DELETED) return false;
      const { messages } = this.#sql.messages.get()! as { messages: number };
      if (this.#deleted < messages * LEAST_SHARE) return false;
      this.#deleted = 0;
      this.#merging = true;
      // Less than zero: all there is into one, beginning now.
      this.#sql.merge.run(-STEP_PAGES);
      return true;
    }
    const before = this.#changes();
    this.#sql.merge.run(STEP_PAGES);
    // One row counts for the command itself.
    return this.#merging = this.#changes() - before >= 2;
  }

  #changes(): number {
    return this.#sql.changes.get()!.changes as number;
  }
}
