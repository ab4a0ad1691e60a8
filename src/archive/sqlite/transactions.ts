/** The writer's transactions: what one does is in the file as a whole or not at all, with the indexes or without them. */
import type { DatabaseSync } from "node:sqlite";
import { asUnavailable } from "./file/sqlite_errors.ts";
import type { WriterIndexes } from "./fts5/writer_indexes.ts";

export class Transactions {
  readonly #db: DatabaseSync;
  readonly #indexes: WriterIndexes;
  readonly #remember: () => void;
  readonly #begin;
  readonly #commit;
  /** What is remembered of the file may be wrong, because a transaction failed. */
  #isStale = true;
  /** The last transaction failed, if it did, as it was committed. */
  #isCommitting = false;

  /** @param remember reads anew what the writer remembers of the file, inside a transaction */
  constructor(db: DatabaseSync, indexes: WriterIndexes, remember: () => void) {
    this.#db = db;
    this.#indexes = indexes;
    this.#remember = remember;
    // Not by `exec`, whose errors lack SQLite's code.
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
  }

  /**
   * Commits what `work` does, or nothing of it. Where an index is the reason, it is done again without that index: so
   * `work` changes nothing but the file and what `remember` reads.
   * @throws AppError unavailable where the file, and not the work, is the reason
   */
  run<T>(work: () => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      for (const indexes of this.#indexes.suspects(error, this.#isCommitting)) {
        try {
          return this.#indexes.without(indexes, error, () => this.#attempt(work));
        } catch {
          // It was not this index, or not alone.
        }
      }
      throw asUnavailable(error);
    }
  }

  #attempt<T>(work: () => T): T {
    this.#isCommitting = false;
    try {
      this.#begin.run();
      if (this.#isStale) this.#remember();
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
