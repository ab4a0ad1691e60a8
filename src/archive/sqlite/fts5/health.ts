/** Whether a full-text index can be used, and why not: the one place that decides it, for the writer and for readers. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { FORMAT_VERSION, segmentsOf, STRUCTURE_RECORD } from "./format.ts";
import { asUnavailable, codeOf, isDamage } from "../file/sqlite_errors.ts";
import { AppError, hasCode, isUnavailable } from "../../../chat/errors.ts";

export const INDEX_NAMES = ["messages_index", "names_index"] as const;
export type IndexName = typeof INDEX_NAMES[number];

/** What is about a row, or about who asks: INTERRUPT, TOOBIG. */
const NOT_ABOUT_AN_INDEX = new Set([9, 18]);

/** A statement that is prepared at its first use: on an index that is damaged, preparing one fails. */
export class LazyStatement {
  readonly #prepare: () => StatementSync;
  #statement: StatementSync | undefined;

  constructor(db: DatabaseSync, sql: string) {
    this.#prepare = () => db.prepare(sql);
  }

  get statement(): StatementSync {
    return this.#statement ??= this.#prepare();
  }
}

/** What can be seen of an index without reading all of it. Where it is usable, single pages of it may still be damaged. */
export class IndexHealth {
  readonly #state: LazyStatement;
  readonly #structure: LazyStatement;
  readonly #probe: LazyStatement;

  constructor(db: DatabaseSync, index: IndexName) {
    this.#state = new LazyStatement(
      db,
      `
      SELECT
        (SELECT reason FROM index_faults WHERE index_name = '${index}') AS reason,
        (SELECT v FROM ${index}_config WHERE k = 'version') AS version`,
    );
    this.#structure = new LazyStatement(
      db,
      `SELECT block FROM ${index}_data WHERE id = ${STRUCTURE_RECORD}`,
    );
    this.#probe = new LazyStatement(
      db,
      `SELECT rowid FROM ${index} WHERE ${index} MATCH 'scrollback' LIMIT 1`,
    );
  }

  /** Why the index cannot be used, as far as its marks tell; a few microseconds. @throws AppError unavailable */
  trouble(): string | undefined {
    return troubleIn(() => {
      const { reason, version } = this.#state.statement.get()!;
      if (reason !== null) return String(reason);
      if (version === FORMAT_VERSION) return undefined;
      return `it has format ${version} of FTS5, and this program reads format ${FORMAT_VERSION}`;
    });
  }

  /** The same, with a look at its records. @throws AppError unavailable */
  examine(): string | undefined {
    return this.trouble() ?? troubleIn(() => {
      const structure = this.#structure.statement.get()?.block;
      if (!(structure instanceof Uint8Array)) return "its list of segments is missing";
      segmentsOf(structure);
      this.#probe.statement.get();
      return undefined;
    });
  }
}

/** @throws AppError unavailable where the file, and not the index, is the reason */
function troubleIn(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return indexFaultOf(error).message;
  }
}

/**
 * What was thrown while an index was used, as a fault of the index.
 * @throws what was thrown where it says nothing of the index: the file is locked, the disk is full, …
 */
export function indexFaultOf(error: unknown): AppError {
  if (hasCode(error, "index_unusable")) return error;
  const named = asUnavailable(error);
  if (isUnavailable(named) && !isDamage(error)) throw named;
  if (NOT_ABOUT_AN_INDEX.has((codeOf(error) ?? 0) & 0xff)) throw error;
  return new AppError("index_unusable", error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
