/** Examines an archive, describes its faults in sentences, and repairs those that can be repaired. */
import type { DatabaseSync } from "node:sqlite";
import { openForReading, openForWriting } from "../file/connection.ts";
import type { Fault } from "./fault.ts";
import { counterFaults } from "./counters.ts";
import { hourFaults } from "./hours.ts";
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
  /** Whether to repair faults; the caller then holds the archive's lock. */
  repair: boolean;
  /** Number of rows of each index to compare term by term; all if missing. */
  sample?: number;
  /** Called before each step. */
  progress: (doing: string) => void;
}

export interface Diagnosis {
  /** The faults, in the order of the examinations. */
  found: string[];
  repaired: string[];
  /** The faults that are left. */
  left: string[];
  /** Facts that are no faults. */
  notes: string[];
  /** Set if pages of the file are damaged: the tables with damaged rows. With `repair`, the examination ended there. */
  damage?: { tables: string[] };
}

type Examination = (db: DatabaseSync, sample: number | undefined) => Fault[];

/** In order: each relies on the repairs of those before it. */
const EXAMINATIONS: readonly [name: string, examine: Examination][] = [
  ["the file", brokenFile],
  ["the search indexes", unusableIndexes],
  ["references", referenceFaults],
  ["constraints", brokenKeys],
  ["the index of messages", (db, sample) => indexFaults(db, indexedMessages(db), sample)],
  ["the index of names", (db, sample) => indexFaults(db, indexedNames(db), sample)],
  ["times", (db) => timeFaults(db)],
  ["counters", counterFaults],
  ["counters by hour", hourFaults],
  ["coverage", coverageFaults],
];

/** Examines the archive, also beside a program that records. @throws AppError wrong_file, unavailable */
export function examine({ path, repair, sample, progress }: DoctorOptions): Diagnosis {
  using db = repair ? openForWriting({ path, synchronous: "full" }) : openForReading(path);
  // The file stays read-only, but temporary tables can be written.
  if (!repair) db.exec("PRAGMA query_only = OFF");
  const diagnosis: Diagnosis = { found: [], repaired: [], left: [], notes: [] };
  if (!isCurrent(db, path)) {
    diagnosis.notes.push("Its schema is older than this program; it is brought up to date when that starts.");
    return diagnosis;
  }
  let isDamaged = false;
  for (const [name, examine] of EXAMINATIONS) {
    progress(`examining ${name}`);
    const find = () => faultsOf(db, name, (db) => examine(db, sample), diagnosis.found.length > 0);
    let faults = find();
    diagnosis.found.push(...faults.map(({ sentence }) => sentence));
    if (repair && faults.length > 0 && !faults.some(({ inPages }) => inPages)) {
      isDamaged = !repairAll(db, faults, diagnosis.repaired);
      progress(`examining ${name}, again`);
      faults = find();
    }
    diagnosis.left.push(...faults.map(({ sentence }) => sentence));
    isDamaged ||= faults.some(({ inPages }) => inPages);
    if (repair && isDamaged) break;
  }
  if (isDamaged) diagnosis.damage = { tables: inSnapshot(db, () => damagedTables(db, ordinaryTables())) };
  diagnosis.notes.push(...spaceNotes(db));
  return diagnosis;
}

/** Repairs faults, and appends the results to `done`. Returns false if a damaged page was met. @throws AppError unavailable */
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

/** The faults that an examination finds, or that damage of the file ended it. @throws AppError unavailable for other errors */
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
 * The message of an error that damage of the file may have caused.
 * @param isDamaged whether faults were found already, so that any error may come from them
 * @throws the error if damage is not its cause
 */
function damageMessage(error: unknown, isDamaged: boolean): string {
  const named = asUnavailable(error);
  if (isUnavailable(named) && !hasCode(named, "damaged")) throw named;
  if (!isDamaged && !isOfSqlite(error) && !isDamage(error)) throw error;
  return messageOf(error);
}

/** Runs work in one read transaction, so that it sees a consistent state while a program records. */
function inSnapshot<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN");
  try {
    const result = work();
    // A rollback would drop the temporary tables.
    commit(db);
    return result;
  } finally {
    if (db.isTransaction) db.exec("ROLLBACK");
  }
}

/** Ends a transaction that wrote nothing. Damaged pages may make SQLite fail here: the faults were found anyway. */
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
    return "Indexes were rebuilt.";
  };
  return fileFaults(db).map(({ sentence, inPages }) => {
    if (inPages) return { sentence, inPages };
    if (sentence.includes("messages_index")) return { sentence, repair: rebuildMessages };
    if (sentence.includes("names_index")) return { sentence, repair: rebuildNames };
    return sentence.includes("index") ? { sentence, repair: reindex } : { sentence };
  });
}

/** Indexes that are marked as unusable, or are missing. */
function unusableIndexes(db: DatabaseSync): Fault[] {
  // Prepare both first: after FTS5 has met damage in one, no table can be created until the transaction ends.
  const both = [indexedMessages(db), indexedNames(db)];
  return [
    ...both.flatMap((indexed) => unusable(db, indexed)),
    ...both.flatMap((indexed) => unreadable(db, indexed)),
  ];
}

/** Rows of missing channels. */
function brokenKeys(db: DatabaseSync): Fault[] {
  return keyFaults(db).map((sentence) => ({
    sentence,
    repair: () => {
      for (const table of ["channel_logins", "listening", "fills"]) {
        db.exec(`DELETE FROM ${table} WHERE channel_id NOT IN (SELECT id FROM channels)`);
      }
      return "Rows of missing channels were deleted.";
    },
  }));
}

/** If an archive has fewer messages than this, all are compared, which takes about a minute. */
const SMALL = 3_000_000;
const SAMPLE = 5_000;

/** The default number of rows of each index to compare; undefined = all. @throws like {@link examine} */
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
