/** What is wrong with an archive, told in sentences, and put right where that can be. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading, openForWriting } from "../file/connection.ts";
import type { Fault } from "./fault.ts";
import { counterFaults } from "./counters.ts";
import { coverageFaults } from "./coverage.ts";
import { keyFaults, pageFaults } from "./integrity_faults.ts";
import { indexFaults, unreadable, unusable } from "./index.ts";
import { rebuildIndex } from "./rebuild.ts";
import { referenceFaults } from "./references.ts";
import { spaceNotes } from "./space.ts";
import { indexedMessages, indexedNames } from "./terms.ts";
import { timeFaults } from "./times.ts";
import { isCurrent } from "../file/migrations.ts";
import { asUnavailable, isDamage, isOfSqlite } from "../file/sqlite_errors.ts";
import { hasCode, isUnavailable } from "../../../chat/errors.ts";

export interface DoctorOptions {
  path: string;
  /** Put right what can be; the caller holds the archive's lock. */
  repair: boolean;
  /** How many rows of each index are compared term by term; all of them where it is missing. */
  sample?: number;
  /** What is being looked at. */
  progress: (examination: string) => void;
}

export interface Diagnosis {
  /** What was found, in the order of the examinations. */
  found: string[];
  repaired: string[];
  /** What is wrong still. */
  left: string[];
  /** No faults, but worth knowing. */
  notes: string[];
}

type Examination = (db: DatabaseSync, sample: number | undefined) => Fault[];

/** In this order: what a later one relies on is put right by an earlier one. */
const EXAMINATIONS: readonly [name: string, examine: Examination][] = [
  ["the search indexes", unusableIndexes],
  ["the file", brokenPages],
  ["references", referenceFaults],
  ["constraints", brokenKeys],
  ["the index of messages", (db, sample) => indexFaults(db, indexedMessages(db), sample)],
  ["the index of names", (db, sample) => indexFaults(db, indexedNames(db), sample)],
  ["times", (db) => timeFaults(db)],
  ["counters", counterFaults],
  ["coverage", coverageFaults],
];

/** Examines the archive, also beside a program that records. @throws AppError wrong_file, unavailable */
export function examine({ path, repair, sample, progress }: DoctorOptions): Diagnosis {
  using db = repair ? openForWriting({ path, synchronous: "full" }) : openForReading(path);
  // The file cannot be written; tables that are gone with the connection can.
  if (!repair) db.exec("PRAGMA query_only = OFF");
  const diagnosis: Diagnosis = { found: [], repaired: [], left: [], notes: [] };
  if (!isCurrent(db, path)) {
    diagnosis.notes.push("Its schema is older than this program; it is brought up to date when that starts.");
    return diagnosis;
  }
  for (const [name, examine] of EXAMINATIONS) {
    progress(name);
    const look = () => faultsOf(db, name, (db) => examine(db, sample), diagnosis.found.length > 0);
    const faults = look();
    diagnosis.found.push(...faults.map(({ sentence }) => sentence));
    if (!repair || faults.length === 0) {
      diagnosis.left.push(...faults.map(({ sentence }) => sentence));
      continue;
    }
    for (const fault of faults) if (fault.repair) diagnosis.repaired.push(repaired(db, fault));
    progress(`${name}, again`);
    diagnosis.left.push(...look().map(({ sentence }) => sentence));
  }
  diagnosis.notes.push(...spaceNotes(db));
  return diagnosis;
}

/** What an examination finds; where the file's damage ends it, that. @throws AppError unavailable where the file is not damaged */
function faultsOf(
  db: DatabaseSync,
  name: string,
  examine: (db: DatabaseSync) => Fault[],
  isDamaged: boolean,
): Fault[] {
  try {
    return inOneMoment(db, () => examine(db));
  } catch (error) {
    return [{ sentence: `Could not examine ${name}: ${damageIn(error, isDamaged)}.` }];
  }
}

/** Puts a fault right and says what was done, or why that could not be. @throws AppError unavailable as above */
function repaired(db: DatabaseSync, { sentence, repair }: Fault): string {
  try {
    return repair!();
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    return `Could not be repaired: ${damageIn(error, true)}. (${sentence})`;
  }
}

/**
 * What an error says of the file.
 * @param isDamaged whether something is wrong with it for sure, so that any error may come from that
 */
function damageIn(error: unknown, isDamaged: boolean): string {
  const named = asUnavailable(error);
  if (isUnavailable(named) && !hasCode(named, "damaged")) throw named;
  if (!isDamaged && !isOfSqlite(error) && !isDamage(error)) throw error;
  return error instanceof Error ? error.message : String(error);
}

/** A recorder goes on meanwhile: an examination must not see half of what it does. */
function inOneMoment<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN");
  try {
    const result = work();
    // Not rolled back: that would take the temporary tables along.
    commit(db);
    return result;
  } finally {
    if (db.isTransaction) db.exec("ROLLBACK");
  }
}

/** Nothing was written: where damaged pages keep SQLite from committing, what was found is found all the same. */
function commit(db: DatabaseSync): void {
  try {
    db.exec("COMMIT");
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** Indexes that cannot even be opened keep SQLite from looking at the file as a whole. */
function unusableIndexes(db: DatabaseSync): Fault[] {
  // Both are prepared first: once FTS5 has met damage in one, no table can be made until the transaction ends.
  const both = [indexedMessages(db), indexedNames(db)];
  return [
    ...both.flatMap((indexed) => unusable(db, indexed)),
    ...both.flatMap((indexed) => unreadable(db, indexed)),
  ];
}

/** An index can be built anew from its table; a broken table is what backups are for. */
function brokenPages(db: DatabaseSync): Fault[] {
  return pageFaults(db).map((sentence) => {
    const broken = [indexedMessages, indexedNames].map((indexed) => indexed(db))
      .find(({ index }) => sentence.includes(index));
    if (broken) return { sentence, repair: () => rebuildIndex(db, broken) };
    if (!sentence.includes("index")) return { sentence };
    return {
      sentence,
      repair: () => {
        db.exec("REINDEX");
        return "Indexes were built anew.";
      },
    };
  });
}

/** What channels left behind. */
function brokenKeys(db: DatabaseSync): Fault[] {
  return keyFaults(db).map((sentence) => ({
    sentence,
    repair: () => {
      for (const table of ["channel_logins", "listening", "fills"]) {
        db.exec(`DELETE FROM ${table} WHERE channel_id NOT IN (SELECT id FROM channels)`);
      }
      return "What belonged to channels that are not there was dropped.";
    },
  }));
}

/** All rows of an archive with fewer than this are compared: about a minute's work. */
const SMALL = 3_000_000;
const SAMPLE = 5_000;

/** How many rows of each index to compare, unless one is told; undefined = all. @throws like {@link examine} */
export function examinedRows(path: string): number | undefined {
  using db = openForReading(path);
  try {
    const { rows } = db.prepare("SELECT count(*) AS rows FROM messages").get()! as { rows: number };
    return rows < SMALL ? undefined : SAMPLE;
  } catch (error) {
    if (isDamage(error)) return SAMPLE;
    throw asUnavailable(error);
  }
}
