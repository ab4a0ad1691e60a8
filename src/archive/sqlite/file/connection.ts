/** Opens connections to the file: one for the writer, and read-only ones for readers. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { identityOf, lstat, stat } from "../../private_file.ts";
import { makeArchive } from "./lock.ts";
import type { UnwrittenCoverage } from "../../coverage.ts";
import { checkFile, migrate } from "./migrations.ts";
import { asUnavailable } from "./sqlite_errors.ts";
import { AppError, hasCode, isUnavailable, messageOf } from "../../../chat/errors.ts";

export interface WriterOptions {
  path: string;
  /**
   * After a power cut, `full` keeps every commit, and `normal` keeps those up to the last checkpoint. Both keep every
   * commit if only the program crashes.
   */
  synchronous: "normal" | "full";
  /** Coverage that the last run could not write. It is applied before intervals that are still open end as killed. */
  unwritten?: UnwrittenCoverage;
}

/**
 * Opens or creates the file and migrates it to the present schema.
 * @throws AppError wrong_file, or unavailable with the path, which SQLite often leaves out
 */
export function openForWriting({ path, synchronous }: WriterOptions): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makeArchive(path);
    // A short busy timeout that covers a reader's checkpoint. The owner of the writer retries after longer ones.
    db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 500 });
    checkFile(db, path);
    // Incremental auto-vacuum lets `reclaim` free pages later. It has an effect only while the file is empty.
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
    const named = openError(path, error);
    if (!isUnavailable(named) || named.message.includes(path)) throw named;
    throw new AppError("unavailable", `cannot open ${path}: ${named.message}`, { cause: error });
  }
}

/** Opens an existing file read-only. @throws AppError wrong_file, unavailable */
export function openForReading(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 500 });
    checkFile(db, path);
    // SQLite's default cache of 2 MB: the system caches the file's pages too, and searches over 20 million messages took
    // as long with 32 MB. No memory mapping: for a cold file, systems read megabytes around every page that is touched
    // in a mapping (20 times as slow here), and touched pages count as the program's memory.
    db.exec(`
      PRAGMA query_only = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA mmap_size = 0;
    `);
    return db;
  } catch (error) {
    db?.close();
    throw openError(path, error);
  }
}

/** The error of opening the file. If one of SQLite's files beside it is a link or a folder, it names that. */
function openError(path: string, error: unknown): unknown {
  const named = asUnavailable(error);
  if (!hasCode(named, "unavailable")) return named;
  const obstacle = obstacleBeside(path);
  if (obstacle === undefined) return named;
  const message = `cannot open ${path}: ${obstacle} is not a regular file; move it away`;
  return new AppError("unavailable", message, { cause: error });
}

function obstacleBeside(path: string): string | undefined {
  try {
    const real = Deno.realPathSync(path);
    return ["-wal", "-shm", "-journal"].map((suffix) => real + suffix)
      .find((beside) => lstat(beside)?.isFile === false);
  } catch {
    // No file, or a folder that cannot be searched: SQLite's error says as much.
    return undefined;
  }
}

/**
 * The identity of the file at the path (see `identityOf`); undefined if there is none.
 * @throws AppError unavailable if the path cannot be read
 */
export function fileAt(path: string): string | undefined {
  try {
    const there = stat(path);
    return there && (identityOf(there) ?? "unknown");
  } catch (error) {
    throw new AppError("unavailable", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** A statement whose rows are arrays, which take half as long as objects. */
export function prepareArrays(db: DatabaseSync, sql: string): StatementSync {
  // Deno's types do not declare this method yet.
  const statement = db.prepare(sql) as StatementSync & { setReturnArrays(enabled: boolean): void };
  statement.setReturnArrays(true);
  return statement;
}
