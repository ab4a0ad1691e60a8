/** What is wrong with an archive, told in sentences, and put right where that can be. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading, openForWriting } from "../file/connection.ts";
import type { Fault } from "./fault.ts";
import { counterFaults } from "./counters.ts";
import { coverageFaults } from "./coverage.ts";
import { damagedTables, fileFaults, keyFaults } from "./integrity_faults.ts";
import { indexFaults, unreadable, unusable } from "./index.ts";
import { rebuildIndex } from "./rebuild.ts";
import { referenceFaults } from "./references.ts";
import { spaceNotes } from "./space.ts";
import { indexedMessages, indexedNames } from "./terms.ts";
import { timeFaults } from "./times.ts";
import { isCurrent, ordinaryTables } from "../file/migrations.ts";
import { asUnavailable, isDamage, isOfSqlite } from "../file/sqlite_errors.ts";
import { hasCode, isUnavailable, messageOf } from "../../../chat/errors.ts";

export interface DoctorOptions {
  path: string;
  /** Put right what can be; the caller holds the archive's lock. */
  repair: boolean;
  /** How many rows of each index are compared term by term; all of them where it is missing. */
  sample?: number;
  /** What is being done. */
  progress: (doing: string) => void;
}

export interface Diagnosis {
  /** What was found, in the order of the examinations. */
  found: string[];
  repaired: string[];
  /** What is wrong still. */
  left: string[];
  /** No faults, but worth knowing. */
  notes: string[];
  /** Pages of the file are damaged, and of these tables, rows. With `repair` nothing further was looked at or changed. */
  damage?: { tables: string[] };
}

type Examination = (db: DatabaseSync, sample: number | undefined) => Fault[];

/** In this order: what a later one relies on is put right by an earlier one. */
const EXAMINATIONS: readonly [name: string, examine: Examination][] = [
  ["the file", brokenFile],
  ["the search indexes", unusableIndexes],
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
  let isDamaged = false;
  for (const [name, examine] of EXAMINATIONS) {
    progress(`examining ${name}`);
    const look = () => faultsOf(db, name, (db) => examine(db, sample), diagnosis.found.length > 0);
    let faults = look();
    diagnosis.found.push(...faults.map(({ sentence }) => sentence));
    if (repair && faults.length > 0 && !faults.some(({ inPages }) => inPages)) {
      isDamaged = !repairAll(db, faults, diagnosis.repaired);
      progress(`examining ${name}, again`);
      faults = look();
    }
    diagnosis.left.push(...faults.map(({ sentence }) => sentence));
    isDamaged ||= faults.some(({ inPages }) => inPages);
    if (repair && isDamaged) break;
  }
  if (isDamaged) diagnosis.damage = { tables: inSnapshot(db, () => damagedTables(db, ordinaryTables())) };
  diagnosis.notes.push(...spaceNotes(db));
  return diagnosis;
}

/** Puts faults right, and notes what was done. False where a damaged page ended that. @throws AppError unavailable as below */
function repairAll(db: DatabaseSync, faults: readonly Fault[], done: string[]): boolean {
  const repairs = new Map(faults.map(({ sentence, repair }) => [repair, sentence]));
  let isSound = true;
  for (const [repair, sentence] of repairs) {
    if (!repair) continue;
    try {
      done.push(repair());
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      done.push(`Could not be repaired: ${damageMessage(error, true)}. (${sentence})`);
      if (isOfSqlite(error) && isDamage(error)) isSound = false;
    }
  }
  return isSound;
}

/** What an examination finds; where the file's damage ends it, that. @throws AppError unavailable where the file is not damaged */
function faultsOf(
  db: DatabaseSync,
  name: string,
  examine: (db: DatabaseSync) => Fault[],
  isDamaged: boolean,
): Fault[] {
  try {
    return inSnapshot(db, () => examine(db));
  } catch (error) {
    return [{ sentence: `Could not examine ${name}: ${damageMessage(error, isDamaged)}.` }];
  }
}

/**
 * What an error says of the file.
 * @param isDamaged whether something is wrong with it for sure, so that any error may come from that
 */
function damageMessage(error: unknown, isDamaged: boolean): string {
  const named = asUnavailable(error);
  if (isUnavailable(named) && !hasCode(named, "damaged")) throw named;
  if (!isDamaged && !isOfSqlite(error) && !isDamage(error)) throw error;
  return messageOf(error);
}

/** A recorder goes on meanwhile: an examination must not see half of what it does. */
function inSnapshot<T>(db: DatabaseSync, work: () => T): T {
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

/** Indexes are rebuilt in place only if the pages of the file are sound. */
function brokenFile(db: DatabaseSync): Fault[] {
  const rebuildMessages = () => rebuildIndex(db, indexedMessages(db));
  const rebuildNames = () => rebuildIndex(db, indexedNames(db));
  const reindex = () => {
    db.exec("REINDEX");
    return "Indexes were built anew.";
  };
  return fileFaults(db).map(({ sentence, inPages }) => {
    if (inPages) return { sentence, inPages };
    if (sentence.includes("messages_index")) return { sentence, repair: rebuildMessages };
    if (sentence.includes("names_index")) return { sentence, repair: rebuildNames };
    return sentence.includes("index") ? { sentence, repair: reindex } : { sentence };
  });
}

/** Indexes that are marked as not usable, or are not there. */
function unusableIndexes(db: DatabaseSync): Fault[] {
  // Both are prepared first: once FTS5 has met damage in one, no table can be made until the transaction ends.
  const both = [indexedMessages(db), indexedNames(db)];
  return [
    ...both.flatMap((indexed) => unusable(db, indexed)),
    ...both.flatMap((indexed) => unreadable(db, indexed)),
  ];
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
