/** A consistent copy of the archive while it is being written, and a copy put back in its place. */
import { backup, DatabaseSync } from "node:sqlite";
import { openForReading } from "../file/connection.ts";
import { keyFaults, pageFaults, rowCounts } from "../doctor/integrity_faults.ts";
import { identityOf, isSameFile, lstat, makePrivate, plainFile } from "../../private_file.ts";
import { APPLICATION_ID } from "../file/migrations.ts";
import { removeIfThere, syncFolder } from "./replace.ts";
import { schemaFaults } from "./schema_check.ts";
import { AppError } from "../../../chat/errors.ts";

/** What a copy is called until it is known to be good. */
export const PARTIAL_SUFFIX = ".partial";

/** 20 MB at a time: often enough to tell how far it is. */
const PAGES_A_STEP = 5_000;

/** Of SQLite's file header, where `PRAGMA application_id` stands: https://www.sqlite.org/fileformat2.html, section 1.3 */
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/** What is looked at in a copy, in this order; the first takes most of the time. SQLite does not tell how far one is. */
export const VERIFIED = ["pages and indexes", "references", "row counts"] as const;

export type BackupStep =
  | { kind: "counting" }
  | { kind: "copying"; donePages: number; totalPages: number }
  | { kind: "verifying"; what: typeof VERIFIED[number] };

export interface BackupOptions {
  from: string;
  to: string;
  /** Replace what stands at `to`. */
  force: boolean;
  progress: (step: BackupStep) => void;
}

export interface BackupResult {
  bytes: number;
  messages: number;
}

/**
 * Copies the archive as it is at this moment, verifies the copy and gives it its name. One read transaction holds the
 * moment: whoever records goes on, and the write-ahead log grows until the copy is made.
 * @throws AppError backup where the target cannot be written or the copy is not good; then there is no copy
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
  // Without it each commit of the recorder would begin the copy anew.
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
    throw new AppError("backup", `${partial} could not be written: ${reasonOf(error)}`, { cause: error });
  }
  return counts;
}

/** @throws AppError backup where the rows cannot be read */
function counted(db: DatabaseSync, path: string): Map<string, number> {
  try {
    return rowCounts(db);
  } catch (error) {
    throw new AppError(
      "backup",
      `${path} is not whole: ${reasonOf(error)}; doctor says what is damaged`,
      {
        cause: error,
      },
    );
  }
}

/** @throws AppError backup where the file is not a whole archive, or not one with these many rows */
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
    // One file, that can be carried away by itself; the archive's writer turns the log on again.
    db.exec("PRAGMA journal_mode = DELETE");
    progress("pages and indexes");
    faults.push(...pageFaults(db));
    progress("references");
    faults.push(...keyFaults(db));
    if (counts) progress("row counts");
    for (const [table, rows] of counts ? rowCounts(db) : []) {
      const expected = counts!.get(table);
      if (rows !== expected) faults.push(`The table ${table} has ${rows} rows instead of ${expected}.`);
    }
  } catch (error) {
    throw new AppError("backup", `${path} is not a whole archive: ${reasonOf(error)}`, { cause: error });
  }
  if (faults.length > 0) throw new AppError("backup", `${path} is not a whole archive. ${faults.join(" ")}`);
  sync(path);
}

function checkTarget(from: string, to: string, force: boolean): void {
  const there = lstat(to);
  if (!there) return;
  if (there.isDirectory) {
    throw new AppError("backup", `${to} is a folder; name the file that the copy is to be`);
  }
  if (!there.isFile) throw new AppError("backup", `${to} is not a plain file; it was left as it is`);
  const archive = stat(from);
  const isArchive = Deno.realPathSync(to) === Deno.realPathSync(from) ||
    archive !== undefined && identityOf(archive) !== undefined && isSameFile(archive, there);
  if (isArchive) throw new AppError("backup", `${to} is the archive itself`);
  if (!force) throw new AppError("backup", `${to} is there already; --force replaces it`);
  if (!isOurs(to)) {
    throw new AppError("backup", `${to} is not an archive of Scrollback; it was left as it is`);
  }
  if (stat(`${to}-wal`)) {
    throw new AppError("backup", `${to} is a database that is in use; it was left as it is`);
  }
}

/** Removes what an earlier try has left. @throws AppError unavailable where that is no plain file */
export function removeLeftover(path: string): void {
  plainFile(path);
  removeFile(path);
}

/** The file that SQLite will copy into: made by us, it is its owner's alone. @throws AppError backup */
function make(path: string): void {
  try {
    makePrivate(path).close();
  } catch (error) {
    throw new AppError("backup", `${path} could not be written: ${reasonOf(error)}`, { cause: error });
  }
}

/** Its bytes are on the disk already: a copy with its name is a good one, whenever the power goes. */
function settle(partial: string, to: string, force: boolean): void {
  if (force) Deno.renameSync(partial, to);
  else nameOnly(partial, to);
  syncFolder(to);
}

/** @throws AppError backup where something has taken the name meanwhile */
function nameOnly(partial: string, to: string): void {
  try {
    Deno.linkSync(partial, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new AppError("backup", `${to} is there already; --force replaces it`);
    }
    // The file system has no hard links.
    return Deno.renameSync(partial, to);
  }
  Deno.removeSync(partial);
}

/** Whether a file says of itself that it is an archive of ours, or nothing at all. */
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

export function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Removes a database, and what SQLite has put beside it. */
export function removeFile(path: string): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) removeIfThere(path + suffix);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
