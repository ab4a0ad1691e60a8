/** Decides whether a full-text index can be used, for the writer and for readers. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { FORMAT_VERSION, segmentsOf, STRUCTURE_RECORD } from "./format.ts";
import { asUnavailable, codeOf, isDamage } from "../file/sqlite_errors.ts";
import { AppError, hasCode, isUnavailable, messageOf } from "../../../chat/errors.ts";

export const INDEX_NAMES = ["messages_index", "names_index"] as const;
export type IndexName = typeof INDEX_NAMES[number];

export interface IndexMarks {
  /** Why the index cannot be used at all. */
  fault?: string;
  /** Why only FTS5 itself can read it, by MATCH. */
  unreadable?: string;
}

/** Errors about a row or about the caller: INTERRUPT, TOOBIG. */
const NOT_ABOUT_AN_INDEX = new Set([9, 18]);

/** A statement that is prepared at its first use, because preparing fails if the index is damaged. */
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

/** Checks an index without reading all of it. Single pages of a usable index may still be damaged. */
export class IndexHealth {
  readonly #marks: LazyStatement;
  readonly #structure: LazyStatement;
  readonly #probe: LazyStatement;

  constructor(db: DatabaseSync, index: IndexName) {
    this.#marks = new LazyStatement(
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

  /** Reads the recorded fault and the format version, which takes a few microseconds. @throws AppError unavailable */
  marks(): IndexMarks {
    let marks: IndexMarks = {};
    const fault = faultIn(() => {
      const { reason, version } = this.#marks.statement.get()!;
      if (reason !== null) return String(reason);
      if (version === FORMAT_VERSION) return undefined;
      marks = {
        unreadable: `it has format ${version} of FTS5, and this program reads format ${FORMAT_VERSION}`,
      };
      // FTS5 may know that format.
      this.#probe.statement.get();
      return undefined;
    });
    return fault === undefined ? marks : { fault };
  }

  /** Why the index cannot be used, as far as {@link marks} shows. @throws AppError unavailable */
  fault(): string | undefined {
    return this.marks().fault;
  }

  /** The same, but also reads the structure record and runs a MATCH. @throws AppError unavailable */
  examine(): string | undefined {
    const { fault, unreadable } = this.marks();
    if (fault !== undefined || unreadable !== undefined) return fault;
    return faultIn(() => {
      const structure = this.#structure.statement.get()?.block;
      if (!(structure instanceof Uint8Array)) return "its list of segments is missing";
      segmentsOf(structure);
      this.#probe.statement.get();
      return undefined;
    });
  }
}

/** @throws AppError unavailable if the file and not the index is the reason */
function faultIn(examine: () => string | undefined): string | undefined {
  try {
    return examine();
  } catch (error) {
    return indexFaultOf(error).message;
  }
}

/**
 * Converts an error that was thrown while an index was used to a fault of the index.
 * @throws the error itself if the index is not the cause: the file is locked, the disk is full, …
 */
export function indexFaultOf(error: unknown): AppError {
  if (hasCode(error, "index_unusable")) return error;
  const named = asUnavailable(error);
  if (isUnavailable(named) && !isDamage(error)) throw named;
  if (NOT_ABOUT_AN_INDEX.has((codeOf(error) ?? 0) & 0xff)) throw error;
  return new AppError("index_unusable", messageOf(error), { cause: error });
}

/** Runs work that reads an index. @throws AppError index_unusable if the index is damaged */
export function usingIndex<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw indexFaultOf(error);
  }
}
