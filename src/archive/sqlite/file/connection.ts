/** How a connection to the file is opened: for the one writer, and for readers. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { identityOf } from "../../private_file.ts";
import { makeArchive } from "./lock.ts";
import type { UnwrittenCoverage } from "../../coverage.ts";
import { checkFile, migrate } from "./migrations.ts";
import { asUnavailable } from "./sqlite_errors.ts";
import { AppError, isUnavailable } from "../../../chat/errors.ts";

export interface WriterOptions {
  path: string;
  /** `full` survives a power cut to the last commit; `normal` to the last checkpoint, and any crash of the program. */
  synchronous: "normal" | "full";
  /** What the last run could not note: it comes before whatever is still open counts as killed. */
  unnoted?: UnwrittenCoverage;
}

/**
 * Opens or creates the file and brings it to the present schema.
 * @throws AppError wrong_file, and unavailable with the path, which SQLite often leaves out
 */
export function openForWriting({ path, synchronous }: WriterOptions): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makeArchive(path);
    // Who owns the writer tries again himself; here a reader's checkpoint is waited for, no more.
    db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 500 });
    checkFile(db, path);
    // What is freed can be given back later. It only takes effect before anything is in the file.
    db.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"};
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -32000;
      PRAGMA wal_autocheckpoint = 2000;
      PRAGMA journal_size_limit = 67108864;
    `);
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    const named = asUnavailable(error);
    if (!isUnavailable(named) || named.message.includes(path)) throw named;
    throw new AppError("unavailable", `cannot open ${path}: ${named.message}`, { cause: error });
  }
}

/** Opens an existing file of the present schema; it is never written to. @throws AppError wrong_file, unavailable */
export function openForReading(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 500 });
    checkFile(db, path);
    // SQLite's usual cache of 2 MB: the system keeps the file's pages too, and with 32 MB searches over 20 million messages
    // took as long. No memory mapping: where the file is cold, systems read megabytes around every page that is touched in
    // a mapping (20 times as slow here), and what was touched counts as the program's memory.
    db.exec(`
      PRAGMA query_only = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA mmap_size = 0;
    `);
    return db;
  } catch (error) {
    db?.close();
    throw asUnavailable(error);
  }
}

/** Which file the path leads to (see `identityOf`); undefined where there is none. @throws AppError unavailable where that cannot be told */
export function fileAt(path: string): string | undefined {
  try {
    return identityOf(Deno.statSync(path)) ?? "unknown";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError("unavailable", `cannot look at ${path}: ${why}`, { cause: error });
  }
}

/** The file, its write-ahead log included, in bytes. */
export function fileBytes(path: string): number {
  let bytes = 0;
  for (const suffix of ["", "-wal"]) {
    try {
      bytes += Deno.statSync(path + suffix).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return bytes;
}

/** A statement whose rows are arrays: half as long as objects. */
export function prepareArrays(db: DatabaseSync, sql: string): StatementSync {
  // The types do not have it yet.
  const statement = db.prepare(sql) as StatementSync & { setReturnArrays(enabled: boolean): void };
  statement.setReturnArrays(true);
  return statement;
}
