/**
 * Repairs an archive: in place, or if pages of its file are damaged, in a new file that replaces it. The caller holds the
 * archive's lock.
 */
import { DatabaseSync } from "node:sqlite";
import { AppError, isUnavailable } from "../../../chat/errors.ts";
import { removeFile, removeLeftover, sync } from "../backup/backup.ts";
import { replaceArchive, type ReplaceStep, settle } from "../backup/replace.ts";
import { foreignEntries } from "../backup/schema_check.ts";
import { type Diagnosis, type DoctorOptions, examine } from "../doctor/doctor.ts";
import { rebuildIndex } from "../doctor/rebuild.ts";
import { indexedMessages, indexedNames } from "../doctor/terms.ts";
import { openForWriting } from "../file/connection.ts";
import { checkFile } from "../file/migrations.ts";
import { readPragma } from "../file/pragma.ts";
import { fileBytes } from "../file/sizes.ts";
import { asUnavailable, isOfSqlite } from "../file/sqlite_errors.ts";
import { copyTables } from "./copy_tables.ts";
import { checkFreeSpace } from "./free_space.ts";

/** The suffix of the new file until it is complete and checked. */
const COPY_SUFFIX = ".repairing";
/** Space for the new file, relative to the used pages of the old one, and for its write-ahead log. */
const SPACE_FACTOR = 1.1;
const SPACE_BYTES = 16 * 1024 * 1024;

export interface RepairOptions extends Omit<DoctorOptions, "repair" | "progress"> {
  now: number;
  /** Called with the current step and its completed share, 0 to 1. */
  progress: (doing: string, share?: number) => void;
  /** Called before each step of making a new file. */
  step?: (name: RepairStep) => void;
}

export type RepairStep = "copy" | "index" | "examine" | ReplaceStep;

/** @throws AppError wrong_file, unavailable; then the archive is as it was */
export function repairArchive(options: RepairOptions): Diagnosis {
  const first = examine({ ...options, repair: true });
  if (!first.damage) return first;
  const { tables } = first.damage;
  if (tables.length > 0) {
    const names = tables.length === 1 ? `the table ${tables[0]}` : `the tables ${tables.join(", ")}`;
    first.repaired.push(`The archive was left as it is: not every row of ${names} can be read.`);
    return first;
  }
  try {
    return remake(options, first);
  } catch (error) {
    const named = asUnavailable(error);
    if (!isUnavailable(named)) throw error;
    first.repaired.push(`The archive was left as it is: ${named.message}.`);
    return first;
  }
}

/** Copies all rows into a new file, rebuilds the indexes there, examines it, and replaces the archive with it. */
function remake(options: RepairOptions, first: Diagnosis): Diagnosis {
  const { now, progress, step = () => {} } = options;
  const path = Deno.realPathSync(options.path);
  const copy = path + COPY_SUFFIX;
  removeLeftover(copy);
  try {
    const { rows, foreign } = copyArchive(path, copy, progress, step);
    step("examine");
    const after = examine({
      ...options,
      path: copy,
      repair: true,
      progress: (doing) => progress(`the new file: ${doing}`),
    });
    if (after.damage) {
      throw new AppError("unavailable", `the new file ${copy} is damaged, too: ${after.left.join(" ")}`);
    }
    finish(copy);
    progress("putting the new file into place");
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
    const kept = replaceArchive({ copy, path, before: `${path}.before-repair-${time}`, step });
    const left = foreign.map((sentence) => `${sentence} It was not copied.`);
    const copied = `Copied all ${rows} rows into a new file and rebuilt its indexes. ` +
      `The damaged file is now ${kept}; remove it when you no longer need it.`;
    return {
      ...after,
      found: [...first.found, ...after.found],
      repaired: [...first.repaired, copied, ...left, ...after.repaired],
    };
  } catch (error) {
    removeFile(copy);
    throw error;
  }
}

interface Copied {
  rows: number;
  /** Tables, triggers and views of other programs in the old file, a sentence each. */
  foreign: string[];
}

function copyArchive(
  path: string,
  copy: string,
  progress: RepairOptions["progress"],
  step: (name: RepairStep) => void,
): Copied {
  using from = openAlone(path);
  checkFreeSpace(path, spaceFor(from, path));
  step("copy");
  using to = openForWriting({ path: copy, synchronous: "full" });
  // An interrupted copy is discarded, so only the finished file has to be durable.
  to.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  const rows = copyTables(from, to, (table, share) => progress(`copying the table ${table}`, share));
  step("index");
  for (const indexed of [indexedMessages(to), indexedNames(to)]) {
    const { table, index } = indexed;
    const total = Number(to.prepare(`SELECT count(*) AS rows FROM ${table}`).get()!.rows);
    rebuildIndex(to, indexed, (done) => progress(`building the index ${index}`, done / total));
  }
  return { rows, foreign: foreignEntries(from) };
}

/** Opens the archive exclusively. @throws AppError in_use if another program has it open */
function openAlone(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 500 });
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE");
    checkFile(db, path);
    return db;
  } catch (error) {
    db.close();
    if (!isOfSqlite(error) || !/is locked/.test(error.message)) throw error;
    throw new AppError("in_use", `${path} is in use by another program`, { cause: error });
  }
}

function spaceFor(db: DatabaseSync, path: string): number {
  const [pages, free] = [readPragma(db, "page_count"), readPragma(db, "freelist_count")];
  // The header itself may be damaged.
  const bytes = free < pages ? (pages - free) * readPragma(db, "page_size") : fileBytes(path);
  return bytes * SPACE_FACTOR + SPACE_BYTES;
}

/** Merges the write-ahead log of the new archive into its file and syncs it. */
function finish(copy: string): void {
  if (!settle(copy)) throw new AppError("unavailable", `${copy} cannot be closed`);
  sync(copy);
}
