/**
 * Merges the segments of the index into one, a few pages at a time: after many deletions, and while no messages arrive. A
 * single segment takes less space, and a merge removes deleted entries together with their tombstones.
 */
import type { DatabaseSync } from "node:sqlite";
import { IndexHealth, LazyStatement } from "./health.ts";
import { PostingLists } from "./posting_lists.ts";

/**
 * A merge begins after this many deleted messages, if they are this share of those that are left. Then no step has many
 * tombstones to process: FTS5 bounds a step by the pages that it writes, not by those that it reads.
 */
const MIN_DELETED = 20_000;
const MIN_SHARE = 1 / 10;
/** Maximum pages that a step writes. */
const STEP_PAGES = 16;
/** The same while no messages arrive: 10 to 20 ms. Each step leaves its last page half empty, so few steps are better. */
const QUIET_STEP_PAGES = 128;

export class IndexMerge {
  readonly #db: DatabaseSync;
  readonly #health: IndexHealth;
  #index: PostingLists | undefined;
  readonly #sql;
  #deleted = 0;
  #merging = false;
  #compacting = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#health = new IndexHealth(db, "messages_index");
    this.#sql = {
      messages: db.prepare("SELECT ifnull(sum(messages), 0) AS messages FROM channels"),
      merge: new LazyStatement(db, "INSERT INTO messages_index (messages_index, rank) VALUES ('merge', ?)"),
      changes: db.prepare("SELECT total_changes() AS changes"),
    };
  }

  /** Notes that messages were removed from the index. */
  deleted(messages: number): void {
    this.#deleted += messages;
  }

  /** Merges a little after many deletions; true while there is more to merge. */
  step(): boolean {
    if (this.#merging) return this.#merging = this.#merge(STEP_PAGES);
    if (this.#deleted < MIN_DELETED) return false;
    const { messages } = this.#sql.messages.get()! as { messages: number };
    if (this.#deleted < messages * MIN_SHARE) return false;
    this.#deleted = 0;
    return this.#merging = this.#begin(STEP_PAGES);
  }

  /**
   * Merges a little if a tenth of the index is outside its largest segment; true while there is more to merge. Does
   * nothing if the pages cannot be read, because the sizes of segments are unknown then.
   */
  compact(): boolean {
    if (this.#compacting) return this.#compacting = this.#merge(QUIET_STEP_PAGES);
    if (this.#health.marks().unreadable !== undefined) return false;
    this.#index ??= new PostingLists(this.#db);
    const pages = this.#index.segments().map(({ first, last }) => last - first + 1);
    const all = pages.reduce((sum, one) => sum + one, 0);
    if (all - Math.max(0, ...pages) <= all * MIN_SHARE) return false;
    return this.#compacting = this.#begin(QUIET_STEP_PAGES);
  }

  /** A negative number begins to merge all segments into one. */
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
