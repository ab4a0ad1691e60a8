/**
 * The full-text indexes as the writer uses them. Recording does not depend on them: if one cannot be used, rows are stored
 * without it, and the file records which rows and since when, until the doctor rebuilds the index.
 */
import type { DatabaseSync } from "node:sqlite";
import { INDEX_NAMES, indexFaultOf, IndexHealth, type IndexName, LazyStatement } from "./health.ts";
import { asUnavailable, isDamage, isIndexDamage } from "../file/sqlite_errors.ts";
import { AppError, isUnavailable, messageOf } from "../../../chat/errors.ts";

interface Missed {
  first: number;
  last: number;
}

/** Whether an error at a commit means that the file's content is inconsistent: damaged pages, or keys that exist already. */
function isAboutContent(error: unknown): boolean {
  return isDamage(error) || !isUnavailable(asUnavailable(error));
}

/** A fault of one index, which ends the transaction. */
class IndexFault extends AppError {
  constructor(readonly index: IndexName, fault: AppError) {
    super("index_unusable", fault.message, { cause: fault });
  }
}

export class WriterIndexes {
  readonly #insert: Record<IndexName, LazyStatement>;
  readonly #mark;
  readonly #note;
  /** The indexes that are not used, and why. */
  readonly #off = new Map<IndexName, string>();
  /** The rows of the present transaction that an index lacks. */
  readonly #missed = new Map<IndexName, Missed>();
  #unmarked: IndexName[] = [];

  /** @throws AppError unavailable */
  constructor(db: DatabaseSync) {
    const insert = (index: IndexName) =>
      new LazyStatement(db, `INSERT INTO ${index} (rowid, terms) VALUES (?, ?)`);
    this.#insert = { messages_index: insert("messages_index"), names_index: insert("names_index") };
    this.#mark = db.prepare("INSERT OR IGNORE INTO index_faults (index_name, reason, at) VALUES (?, ?, ?)");
    this.#note = db.prepare(`
      UPDATE index_faults
      SET from_id = min(ifnull(from_id, ?1), ?1), upto_id = max(ifnull(upto_id, ?2), ?2)
      WHERE index_name = ?3`);
    for (const index of INDEX_NAMES) {
      const fault = new IndexHealth(db, index).examine();
      if (fault !== undefined) this.#turnOff(index, fault);
    }
  }

  isUsable(index: IndexName): boolean {
    return !this.#off.has(index);
  }

  /** Indexes a row, or notes that the index lacks it. @throws AppError index_unusable, which ends the transaction */
  insert(index: IndexName, id: number, terms: string): void {
    if (this.#off.size > 0 && this.#off.has(index)) {
      const { first, last } = this.#missed.get(index) ?? { first: id, last: id };
      this.#missed.set(index, { first: Math.min(first, id), last: Math.max(last, id) });
      return;
    }
    try {
      // `get` and not `run`, which builds a result object and takes 0.4 µs longer.
      this.#insert[index].statement.get(id, terms);
    } catch (error) {
      throw new IndexFault(index, indexFaultOf(error));
    }
  }

  /**
   * Runs work that reads or changes a usable index.
   * @param isAlone whether damaged pages count as pages of the index; otherwise they may be pages of a table
   * @throws AppError index_unusable, which ends the transaction
   */
  use<T>(index: IndexName, work: () => T, { isAlone = true } = {}): T {
    try {
      return work();
    } catch (error) {
      if (!isAlone && isDamage(error) && !isIndexDamage(error)) throw error;
      throw new IndexFault(index, indexFaultOf(error));
    }
  }

  /** Records what the transaction stored without an index. Called at the end of every transaction, inside it. */
  record(): void {
    for (const index of this.#unmarked) this.#mark.run(index, this.#off.get(index)!, Date.now());
    for (const [index, { first, last }] of this.#missed) this.#note.run(first, last, index);
  }

  committed(): void {
    this.#unmarked = [];
    this.#missed.clear();
  }

  rolledBack(): void {
    this.#missed.clear();
  }

  /**
   * The sets of indexes to retry a transaction without, in the order of trying: the one that failed, or each if that is
   * unknown. Indexes are written at the commit.
   */
  suspects(error: unknown, isCommit: boolean): IndexName[][] {
    const on = INDEX_NAMES.filter((index) => !this.#off.has(index));
    const each = on.map((index) => [index]);
    const tries = error instanceof IndexFault
      ? [[error.index], on]
      : isIndexDamage(error) || isCommit && isAboutContent(error)
      ? [...each, on]
      : [];
    return tries.filter((names, i) =>
      names.length > 0 && i === tries.findIndex((other) => other.join() === names.join())
    );
  }

  /** Retries without these indexes, which stay unused if that succeeds. @throws what `work` throws */
  without<T>(indexes: readonly IndexName[], error: unknown, work: () => T): T {
    const reason = messageOf(error);
    for (const index of indexes) this.#turnOff(index, reason);
    try {
      return work();
    } catch (error) {
      for (const index of indexes) this.#off.delete(index);
      this.#unmarked = this.#unmarked.filter((index) => !indexes.includes(index));
      throw error;
    }
  }

  #turnOff(index: IndexName, reason: string): void {
    this.#off.set(index, reason);
    this.#unmarked.push(index);
  }
}
