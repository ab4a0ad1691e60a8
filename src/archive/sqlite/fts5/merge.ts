/**
 * The index consists of pieces, and is smaller in one. What is deleted leaves marks in it besides, which grow it until
 * they meet what they cancel. So it is merged into one piece, a few pages at a time: where much was deleted, and while
 * nothing comes in.
 */
import type { DatabaseSync } from "node:sqlite";
import { LazyStatement } from "./health.ts";
import { PostingLists } from "./posting_lists.ts";

/**
 * Merging begins at so many deleted messages, and at this share of those that are left: often enough that no step has
 * much to cancel, for such a step counts the pages that it writes, and not those that it reads.
 */
const MIN_DELETED = 20_000;
const MIN_SHARE = 1 / 10;
/** Pages that a step writes. */
const STEP_PAGES = 16;
/** The same while nothing comes in: 10 to 20 ms. Each step leaves its last page half empty, so few are better. */
const QUIET_STEP_PAGES = 128;

export class IndexMerge {
  readonly #db: DatabaseSync;
  #index: PostingLists | undefined;
  readonly #sql;
  #deleted = 0;
  #merging = false;
  #compacting = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#sql = {
      messages: db.prepare("SELECT ifnull(sum(messages), 0) AS messages FROM channels"),
      merge: new LazyStatement(db, "INSERT INTO messages_index (messages_index, rank) VALUES ('merge', ?)"),
      changes: db.prepare("SELECT total_changes() AS changes"),
    };
  }

  /** So many messages were taken out of the index. */
  deleted(messages: number): void {
    this.#deleted += messages;
  }

  /** Merges a little where much was deleted; true while there is more to merge. */
  step(): boolean {
    if (this.#merging) return this.#merging = this.#merge(STEP_PAGES);
    if (this.#deleted < MIN_DELETED) return false;
    const { messages } = this.#sql.messages.get()! as { messages: number };
    if (this.#deleted < messages * MIN_SHARE) return false;
    this.#deleted = 0;
    return this.#merging = this.#begin(STEP_PAGES);
  }

  /** Merges a little where a tenth of the index is not in its largest piece; true while there is more to merge. */
  compact(): boolean {
    if (this.#compacting) return this.#compacting = this.#merge(QUIET_STEP_PAGES);
    this.#index ??= new PostingLists(this.#db);
    const pages = this.#index.segments().map(({ first, last }) => last - first + 1);
    const all = pages.reduce((sum, one) => sum + one, 0);
    if (all - Math.max(0, ...pages) <= all * MIN_SHARE) return false;
    return this.#compacting = this.#begin(QUIET_STEP_PAGES);
  }

  /** Less than zero: all there is into one, beginning now. */
  #begin(pages: number): true {
    this.#sql.merge.statement.run(-pages);
    return true;
  }

  #merge(pages: number): boolean {
    const before = this.#changes();
    this.#sql.merge.statement.run(pages);
    // One row counts for the command itself.
    return this.#changes() - before >= 2;
  }

  #changes(): number {
    return this.#sql.changes.get()!.changes as number;
  }
}
