/** Maintenance of the file between batches, in transactions of a few milliseconds. */
import type { DatabaseSync } from "node:sqlite";
import type { ChannelWriter } from "./channels/channel_writer.ts";
import { reclaim, reclaimAll } from "./file/reclaim.ts";
import { asUnavailable } from "./file/sqlite_errors.ts";
import type { IndexMerge } from "./fts5/merge.ts";
import type { WriterIndexes } from "./fts5/writer_indexes.ts";
import type { Deletion } from "./messages/deletion.ts";
import type { Removals } from "./messages/removals.ts";
import type { OptOutDeletion } from "./messages/opt_out_deletion.ts";
import type { Retentions } from "./messages/retention.ts";
import type { Transactions } from "./transactions.ts";
import type { HourUpgrade } from "./statistics/hour_upgrade.ts";
import type { TermUpgrade } from "./upgrade/term_upgrade.ts";

export interface MaintenanceParts {
  transactions: Transactions;
  indexes: WriterIndexes;
  channels: ChannelWriter;
  removals: Removals;
  deletion: Deletion;
  optOutDeletion: OptOutDeletion;
  retentions: Retentions;
  merge: IndexMerge;
  upgrade: TermUpgrade;
  hourUpgrade: HourUpgrade;
}

/** Messages that a step deletes, and pages that it frees. */
const STEP_ROWS = 100;
const STEP_PAGES = 64;
/** Messages that a step examines for removals: about 2 ms. */
const REMOVAL_ROWS = 500;
/** Messages whose terms a step replaces: about 5 ms. */
const UPGRADE_ROWS = 200;
/** Messages that a step counts by hour: about 5 ms. */
const COUNTED_ROWS = 2_000;
/** Pages that a step frees while nothing is appended. */
const QUIET_PAGES = 256;
/** After this time without appended rows, the file is made as small as possible. */
const QUIET_MS = 30_000;

/** Each step does a little work, and returns whether more is due. */
export class MaintenanceSteps {
  readonly #db: DatabaseSync;
  readonly #parts: MaintenanceParts;
  #appendedAt = performance.now();

  constructor(db: DatabaseSync, parts: MaintenanceParts) {
    this.#db = db;
    this.#parts = parts;
  }

  /** A batch was committed. */
  appended(): void {
    this.#appendedAt = performance.now();
  }

  /**
   * Runs steps until the budget is spent, at least one, most urgent first. It clears the index before it deletes more
   * messages, so that there is never much to clear.
   * @returns whether more is due
   */
  run(budgetMs: number, now: number, quietMs = QUIET_MS): boolean {
    const endAt = performance.now() + budgetMs;
    const steps = [
      () => this.markRemoved(REMOVAL_ROWS),
      () => this.clearIndex(),
      () => this.deleteMessages(STEP_ROWS),
      () => this.deleteOptedOut(STEP_ROWS),
      () => this.expire(STEP_ROWS, now),
      () => this.countHours(COUNTED_ROWS),
      () => this.upgradeTerms(UPGRADE_ROWS),
      () => this.reclaim(STEP_PAGES),
      () => this.compact(quietMs),
    ];
    for (const step of steps) {
      while (step()) if (performance.now() >= endAt) return true;
    }
    return false;
  }

  /** Examines at most `rows` messages for pending timeouts, bans and deletions. Readers treat these as marked already. */
  markRemoved(rows: number): boolean {
    return this.#parts.transactions.run(() => this.#parts.removals.step(rows));
  }

  /** Clears the entries of deleted messages from the index. */
  clearIndex(): boolean {
    return this.#withIndex(() => this.#parts.merge.step());
  }

  /** Deletes at most `rows` messages of channels being deleted. */
  deleteMessages(rows: number): boolean {
    const { channels, deletion } = this.#parts;
    return this.#withIndex(() => {
      const channel = channels.deleting()[0];
      if (!channel) return false;
      if (!deletion.step(channel.id, rows)) return true;
      channels.remove(channel.id);
      return channels.deleting().length > 0;
    });
  }

  /** Deletes at most `rows` messages of users who have opted out. */
  deleteOptedOut(rows: number): boolean {
    return this.#withIndex(() => this.#parts.optOutDeletion.step(rows));
  }

  /** Deletes at most `rows` messages beyond their retention. */
  expire(rows: number, now: number): boolean {
    return this.#withIndex(() => this.#parts.retentions.step(rows, now));
  }

  /** Counts at most `rows` messages that an earlier version stored by hour. */
  countHours(rows: number): boolean {
    const { transactions, hourUpgrade } = this.#parts;
    return transactions.run(() => hourUpgrade.step(rows));
  }

  /** Replaces the terms of at most `rows` messages that an earlier version stored. */
  upgradeTerms(rows: number): boolean {
    return this.#withIndex(() => this.#parts.upgrade.step(rows));
  }

  /** Returns at most this many free pages to the file system, and keeps a reserve. */
  reclaim(pages: number): boolean {
    return this.#reclaiming(() => reclaim(this.#db, pages));
  }

  /** After this time without appended rows: merges the index into one segment, and returns all free pages. */
  compact(quietMs: number): boolean {
    if (performance.now() - this.#appendedAt < quietMs) return false;
    return this.#withIndex(() => this.#parts.merge.compact()) ||
      this.#reclaiming(() => reclaimAll(this.#db, QUIET_PAGES));
  }

  /** Runs a step that needs the index, if the index can be used. */
  #withIndex(step: () => boolean): boolean {
    const { transactions, indexes } = this.#parts;
    const index = "messages_index";
    return transactions.run(() => indexes.isUsable(index) && indexes.use(index, step, { isAlone: false }));
  }

  #reclaiming(step: () => boolean): boolean {
    try {
      return step();
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}
