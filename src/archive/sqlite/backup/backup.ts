/** Makes a consistent, verified copy of the archive while it is being written. */
import { backup, DatabaseSync } from "node:sqlite";
import { openForReading } from "../file/connection.ts";
import { fileFaults, keyFaults, rowCounts } from "../doctor/integrity_faults.ts";
import {
  identityOf,
  isSameFile,
  lstat,
  makePrivate,
  plainFile,
  removeIfThere,
  stat,
} from "../../private_file.ts";
import { APPLICATION_ID } from "../file/migrations.ts";
import { syncFolder } from "./replace.ts";
import { schemaFaults } from "./schema_check.ts";
import { AppError, messageOf } from "../../../chat/errors.ts";

/** The suffix of a copy's name until the copy is verified. */
const PARTIAL_SUFFIX = ".partial";

/** 20 MB in each step: small enough to report progress. */
const PAGES_A_STEP = 5_000;

/** Offset of `PRAGMA application_id` in SQLite's file header: https://www.sqlite.org/fileformat2.html, section 1.3 */
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/** The checks of a copy, in order. The first takes most of the time; SQLite reports no progress within a check. */
export const VERIFIED = ["pages and indexes", "references", "row counts"] as const;

export type BackupStep =
  | { kind: "counting" }
  | { kind: "copying"; donePages: number; totalPages: number }
  | { kind: "verifying"; what: typeof VERIFIED[number] };

export interface BackupOptions {
  from: string;
  to: string;
  /** Whether to replace a file at `to`. */
  force: boolean;
  progress: (step: BackupStep) => void;
}

export interface BackupResult {
  bytes: number;
  messages: number;
}

/**
 * Copies the archive as it is at this moment, verifies the copy and gives it its name. The copy is one read transaction:
 * recording continues, and the write-ahead log grows until the copy is finished.
 * @throws AppError backup if the target cannot be written or the verification fails; then no copy is left
 */
export async function backUp({ from, to, force, progress }: BackupOptions): Promise<BackupResult> {
  checkTarget(from, to, force);
  const partial = to + PARTIAL_SUFFIX;
  removeLeftover(partial);
  try {
    make(partial);
    const counts = await copy(from, partial, progress);
    verify(partial, counts, (what) => progress({ kind: "verifying", what }));
    settle(partial, to, force);
    return { bytes: Deno.statSync(to).size, messages: counts.get("messages") ?? 0 };
  } catch (error) {
    removeFile(partial);
    throw error;
  }
}

async function copy(
  from: string,
  partial: string,
  progress: (step: BackupStep) => void,
): Promise<Map<string, number>> {
  using source = openForReading(from);
  // Without a transaction, each commit of the collector would restart the copy.
  source.exec("BEGIN");
  progress({ kind: "counting" });
  const counts = counted(source, from);
  try {
    await backup(source, partial, {
      rate: PAGES_A_STEP,
      progress: ({ totalPages, remainingPages }) =>
        progress({ kind: "copying", donePages: totalPages - remainingPages, totalPages }),
    });
  } catch (error) {
    throw new AppError("backup", `cannot write ${partial}: ${messageOf(error)}`, { cause: error });
  }
  return counts;
}

/** @throws AppError backup if the rows cannot be read */
function counted(db: DatabaseSync, path: string): Map<string, number> {
  try {
    return rowCounts(db);
  } catch (error) {
    const message = `${path} is damaged: ${messageOf(error)}; run doctor to see what is damaged`;
    throw new AppError("backup", message, { cause: error });
  }
}

/** @throws AppError backup if the file is not a complete archive, or if a table's row count differs from `counts` */
export function verify(
  path: string,
  counts?: ReadonlyMap<string, number>,
  progress: (what: typeof VERIFIED[number]) => void = () => {},
): void {
  const faults: string[] = [];
  try {
    using db = new DatabaseSync(path);
    db.exec("PRAGMA trusted_schema = OFF");
    faults.push(...schemaFaults(db, path));
    if (faults.length > 0) throw new AppError("backup", faults.join(" "));
    // Makes the copy a single file that can be moved by itself. The archive's writer enables the log again.
    db.exec("PRAGMA journal_mode = DELETE");
    progress("pages and indexes");
    faults.push(...fileFaults(db).map(({ sentence }) => sentence));
    progress("references");
    faults.push(...keyFaults(db));
    if (counts) progress("row counts");
    for (const [table, rows] of counts ? rowCounts(db) : []) {
      const expected = counts!.get(table);
      if (rows !== expected) faults.push(`The table ${table} has ${rows} rows instead of ${expected}.`);
    }
  } catch (error) {
    throw new AppError("backup", `${path} is not a complete archive: ${messageOf(error)}`, { cause: error });
  }
  if (faults.length > 0) {
    throw new AppError("backup", `${path} is not a complete archive. ${faults.join(" ")}`);
  }
  sync(path);
}

function checkTarget(from: string, to: string, force: boolean): void {
  const there = lstat(to);
  if (!there) return;
  if (there.isDirectory) {
    throw new AppError("backup", `${to} is a folder; give the path of a file`);
  }
  if (!there.isFile) throw new AppError("backup", `${to} is not a regular file; nothing was changed`);
  const archive = stat(from);
  const isArchive = Deno.realPathSync(to) === Deno.realPathSync(from) ||
    archive !== undefined && identityOf(archive) !== undefined && isSameFile(archive, there);
  if (isArchive) throw new AppError("backup", `${to} is the archive itself`);
  if (!force) throw new AppError("backup", `${to} exists; --force replaces it`);
  if (!isOurs(to)) {
    throw new AppError("backup", `${to} is not an archive of Scrollback; nothing was changed`);
  }
  if (stat(`${to}-wal`)) {
    throw new AppError("backup", `${to} is a database that is in use; nothing was changed`);
  }
}

/** Removes the file of an earlier attempt. @throws AppError unavailable if the path is not a regular file */
export function removeLeftover(path: string): void {
  plainFile(path);
  removeFile(path);
}

/** Creates the file that SQLite copies into, so that only its owner can read it. @throws AppError backup */
function make(path: string): void {
  try {
    makePrivate(path).close();
  } catch (error) {
    throw new AppError("backup", `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Gives the copy its name. Its bytes are on the disk already, so even after a power cut that name is a good copy. */
function settle(partial: string, to: string, force: boolean): void {
  if (force) Deno.renameSync(partial, to);
  else nameOnly(partial, to);
  syncFolder(to);
}

/** Renames without replacing. @throws AppError backup if the target exists by now */
function nameOnly(partial: string, to: string): void {
  try {
    Deno.linkSync(partial, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new AppError("backup", `${to} exists; --force replaces it`);
    }
    // The file system has no hard links.
    return Deno.renameSync(partial, to);
  }
  Deno.removeSync(partial);
}

/** Whether the file is empty or its header has the application id of an archive. */
function isOurs(path: string): boolean {
  using file = Deno.openSync(path, { read: true });
  const header = new Uint8Array(HEADER_BYTES);
  const read = file.readSync(header) ?? 0;
  if (read === 0) return true;
  return read === HEADER_BYTES && new DataView(header.buffer).getUint32(APPLICATION_ID_AT) === APPLICATION_ID;
}

/** Waits until a file's bytes are on the disk. */
export function sync(path: string): void {
  using file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
}

/** Removes a database and its journal, log and shared-memory file. */
export function removeFile(path: string): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) removeIfThere(path + suffix);
}
