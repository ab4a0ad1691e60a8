/** The writer's transactions. If an index fails, a transaction is repeated without it. */
import type { DatabaseSync } from "node:sqlite";
import { asUnavailable } from "./file/sqlite_errors.ts";
import type { WriterIndexes } from "./fts5/writer_indexes.ts";

export class Transactions {
  readonly #db: DatabaseSync;
  readonly #indexes: WriterIndexes;
  readonly #reload: () => void;
  readonly #begin;
  readonly #commit;
  /** Whether the writer's caches may be wrong, because a transaction failed. */
  #isStale = true;
  /** Whether the last transaction reached its commit. */
  #isCommitting = false;

  /** @param reload reloads the writer's caches of the file, inside a transaction */
  constructor(db: DatabaseSync, indexes: WriterIndexes, reload: () => void) {
    this.#db = db;
    this.#indexes = indexes;
    this.#reload = reload;
    // Errors of `exec` have no SQLite code.
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
  }

  /**
   * Commits the changes of `work`, or none. If an index fails, runs `work` again without that index, so `work` must
   * change nothing but the file and the caches that `reload` reads.
   * @throws AppError unavailable if the file is the cause; otherwise the error of `work`
   */
  run<T>(work: () => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      for (const indexes of this.#indexes.suspects(error, this.#isCommitting)) {
        try {
          return this.#indexes.without(indexes, error, () => this.#attempt(work));
        } catch {
          // Another index failed, or more than one.
        }
      }
      throw asUnavailable(error);
    }
  }

  #attempt<T>(work: () => T): T {
    this.#isCommitting = false;
    try {
      this.#begin.run();
      if (this.#isStale) this.#reload();
      this.#isStale = false;
      const result = work();
      this.#indexes.record();
      this.#isCommitting = true;
      this.#commit.run();
      this.#indexes.committed();
      return result;
    } catch (error) {
      this.#isStale = true;
      this.#indexes.rolledBack();
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}
