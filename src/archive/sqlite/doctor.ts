/** What is wrong with an archive, told in sentences, and put right where that can be. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading, openForWriting } from "./connection.ts";
import { counterFaults } from "./doctor_counters.ts";
import { coverageFaults } from "./doctor_coverage.ts";
import { keyFaults, pageFaults } from "./doctor_file.ts";
import { indexFaults, rebuildIndex } from "./doctor_index.ts";
import { referenceFaults } from "./doctor_references.ts";
import { spaceNotes } from "./doctor_space.ts";
import { indexedMessages, indexedNames } from "./doctor_terms.ts";
import { isCurrent } from "./migrations.ts";

export interface Fault {
  /** What is wrong. */
  sentence: string;
  /** Puts it right, in one or several transactions, and says what was done. Missing where nothing can be done. */
  repair?: () => string;
}

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
  ["the file", brokenPages],
  ["references", referenceFaults],
  ["constraints", brokenKeys],
  ["the index of messages", (db, sample) => indexFaults(db, indexedMessages(db), sample)],
  ["the index of names", (db, sample) => indexFaults(db, indexedNames(db), sample)],
  ["counters", counterFaults],
  ["coverage", coverageFaults],
];

/** Examines the archive, also beside a program that records. @throws WrongFileError, UnavailableError */
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
    const faults = inOneMoment(db, () => examine(db, sample));
    diagnosis.found.push(...faults.map(({ sentence }) => sentence));
    if (!repair || faults.length === 0) {
      diagnosis.left.push(...faults.map(({ sentence }) => sentence));
      continue;
    }
    for (const { repair } of faults) if (repair) diagnosis.repaired.push(repair());
    progress(`${name}, again`);
    diagnosis.left.push(...inOneMoment(db, () => examine(db, sample)).map(({ sentence }) => sentence));
  }
  diagnosis.notes.push(...spaceNotes(db));
  return diagnosis;
}

/** A recorder goes on meanwhile: an examination must not see half of what it does. */
function inOneMoment<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN");
  try {
    const result = work();
    // Not rolled back: that would take the temporary tables along.
    db.exec("COMMIT");
    return result;
  } finally {
    if (db.isTransaction) db.exec("ROLLBACK");
  }
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
  const { rows } = db.prepare("SELECT count(*) AS rows FROM messages").get()! as { rows: number };
  return rows < SMALL ? undefined : SAMPLE;
}
