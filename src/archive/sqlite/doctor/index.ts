/**
 * Compares an index with its table. Both are read once into sums by bucket of terms, which is quick. Only if these differ,
 * both are read again into sums by bucket of ids, and the rows of differing buckets are compared one by one.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Fault } from "./fault.ts";
import { IndexHealth } from "../fts5/health.ts";
import { MessageIndex } from "../search/message_index.ts";
import { inTransaction } from "../file/transaction.ts";
import { rebuildIndex } from "./rebuild.ts";
import { type Indexed, type IndexedRow, type Place, places, placeSums, type TermSum } from "./terms.ts";

const BUCKETS = 1 << 20;
/** Rows that are split into terms at once. */
const CHUNK = 5_000;
/** With more wrong rows than this, the index is rebuilt. */
const MAX_WRONG = 20_000;

export function indexFaults(db: DatabaseSync, indexed: Indexed, sample: number | undefined): Fault[] {
  // Another examination reports unusable indexes.
  if (unusable(db, indexed).length > 0) return [];
  if (sample === undefined) return compareAll(db, indexed);
  const missing = compareSample(db, indexed, sample);
  return missing === 0 ? [] : [{
    sentence: `Of ${sample} ${indexed.nouns[1]} in the sample, ${missing} cannot be found by the index.`,
    repair: () => compareAll(db, indexed).map(({ repair }) => repair!()).join(" "),
  }];
}

/** The fault of an index that cannot be used at all. */
export function unusable(db: DatabaseSync, indexed: Indexed): Fault[] {
  const fault = new IndexHealth(db, indexed.index).examine();
  return fault === undefined ? [] : [{
    sentence: `The index ${indexed.index} cannot be used: ${fault}.${missedSince(db, indexed)}`,
    repair: () => rebuildIndex(db, indexed),
  }];
}

/** The fault of an index that only FTS5 itself can read, so that searches are slow. */
export function unreadable(db: DatabaseSync, indexed: Indexed): Fault[] {
  if (indexed.index !== "messages_index" || unusable(db, indexed).length > 0) return [];
  const index = new MessageIndex(db);
  index.check();
  return index.unreadable === undefined ? [] : [{
    sentence:
      `The pages of the index ${indexed.index} cannot be read, so searches are slow: ${index.unreadable}.`,
    repair: () => rebuildIndex(db, indexed),
  }];
}

/** A sentence about rows that the writer stored without the index; empty if there are none. */
function missedSince(db: DatabaseSync, { index, table, nouns: [, many] }: Indexed): string {
  const fault = db.prepare("SELECT at, from_id, upto_id FROM index_faults WHERE index_name = ?").get(index);
  if (!fault || fault.from_id === null) return "";
  const { rows } = db.prepare(`SELECT count(*) AS rows FROM ${table} WHERE id BETWEEN ? AND ?`)
    .get(fault.from_id!, fault.upto_id!)!;
  const since = new Date(fault.at as number).toISOString().slice(0, 16).replace("T", " ");
  return ` Up to ${rows} ${many} were stored without it since ${since} UTC.`;
}

interface Wrong {
  missing: number[];
  orphans: number[];
  different: number[];
}

function compareAll(db: DatabaseSync, indexed: Indexed): Fault[] {
  if (agree(db, indexed)) return [];
  const sums = new Int32Array(BUCKETS);
  for (const chunk of chunks(indexed.rowsFrom(0))) addAll(sums, indexed.splitter.split(chunk), 1);
  addAll(sums, places(db, indexed), -1);
  if (!sums.some((sum) => sum !== 0)) return [];

  const { index, nouns: [one, many], table } = indexed;
  const count = (n: number) => n === 1 ? `1 ${one} is` : `${n} ${many} are`;
  const suspects = suspectsOf(db, indexed, sums);
  if (suspects === undefined) {
    return [{
      sentence: `The index ${index} differs from the ${many} for more than ${MAX_WRONG} of them.`,
      repair: () => rebuildIndex(db, indexed),
    }];
  }
  const wrong = wrongOf(indexed, suspects);
  const faults: Fault[] = [];
  const fault = (sentence: string, ids: number[]) => {
    if (ids.length === 0) return;
    faults.push({ sentence, repair: () => reindex(db, indexed, ids, suspects) });
  };
  fault(`${count(wrong.missing.length)} missing from the index ${index}.`, wrong.missing);
  fault(`${count(wrong.different.length)} indexed under other words than they have.`, wrong.different);
  fault(
    `The index ${index} has ${wrong.orphans.length} without a row in the table ${table}.`,
    wrong.orphans,
  );
  return faults;
}

/** Whether each term has the same rows on both sides, by sums. */
function agree(db: DatabaseSync, indexed: Indexed): boolean {
  const sums = new Float64Array(3 * BUCKETS);
  const add = (side: Iterable<TermSum>, sign: 1 | -1) => {
    for (const { term, rows, low, high } of side) {
      const at = 3 * (hashOf(term) >>> 0 & BUCKETS - 1);
      sums[at]! += sign * rows;
      sums[at + 1]! += sign * low;
      sums[at + 2]! += sign * high;
    }
  };
  for (const chunk of chunks(indexed.rowsFrom(0), 10 * CHUNK)) add(indexed.splitter.sums(chunk), 1);
  add(placeSums(db, indexed), -1);
  return sums.every((sum) => sum === 0);
}

/** The terms in the index for each id in buckets whose sums differ; undefined if there are too many ids. */
function suspectsOf(db: DatabaseSync, indexed: Indexed, sums: Int32Array): Map<number, string[]> | undefined {
  const suspects = new Map<number, string[]>();
  for (const { id } of indexed.rowsFrom(0)) {
    if (sums[bucketOf(id)] !== 0 && suspects.set(id, []).size > MAX_WRONG) return undefined;
  }
  for (const { term, doc } of places(db, indexed)) {
    if (sums[bucketOf(doc)] === 0) continue;
    const terms = suspects.get(doc);
    if (terms) terms.push(term);
    else if (suspects.set(doc, [term]).size > MAX_WRONG) return undefined;
  }
  return suspects;
}

function wrongOf(indexed: Indexed, suspects: ReadonlyMap<number, string[]>): Wrong {
  const wrong: Wrong = { missing: [], orphans: [], different: [] };
  for (const [id, terms] of suspects) {
    const row = rowAt(indexed, id);
    if (!row) wrong.orphans.push(id);
    else if (terms.length === 0 && row.terms !== "") wrong.missing.push(id);
    else if (splitOne(indexed, row).sort().join(" ") !== terms.toSorted().join(" ")) wrong.different.push(id);
  }
  return wrong;
}

/** Replaces entries. A contentless index can remove a row only with exactly the terms that it has there. */
function reindex(
  db: DatabaseSync,
  indexed: Indexed,
  ids: readonly number[],
  suspects: ReadonlyMap<number, string[]>,
): string {
  const { index } = indexed;
  const remove = db.prepare(`INSERT INTO ${index} (${index}, rowid, terms) VALUES ('delete', ?, ?)`);
  const insert = db.prepare(`INSERT INTO ${index} (rowid, terms) VALUES (?, ?)`);
  inTransaction(db, () => {
    for (const id of ids.toSorted((a, b) => a - b)) {
      const terms = suspects.get(id)!;
      if (terms.length > 0) remove.run(id, terms.join(" "));
      const row = rowAt(indexed, id);
      if (row) insert.run(id, row.terms);
    }
  });
  return `${ids.length} rows of the index ${index} were corrected.`;
}

/** The number of rows of a random sample that the index does not find by all of their terms. */
function compareSample(db: DatabaseSync, indexed: Indexed, sample: number): number {
  const { index, table } = indexed;
  const { low, high } = db.prepare(`SELECT min(id) AS low, max(id) AS high FROM ${table}`).get()! as {
    low: number | null;
    high: number;
  };
  if (low === null) return 0;
  const find = db.prepare(`SELECT 1 FROM ${index} WHERE ${index} MATCH ? AND rowid = ?`);
  const picked = Array.from(
    { length: sample },
    () => indexed.rowFrom(low + Math.floor(Math.random() * (high - low + 1)))!,
  );
  let missing = 0;
  for (const chunk of chunks(new Map(picked.map((row) => [row.id, row])).values())) {
    for (const [id, terms] of Map.groupBy(indexed.splitter.split(chunk), ({ doc }) => doc)) {
      const all = terms.map(({ term }) => `"${term}"`).join(" AND ");
      // A bigint, or FTS5 would read the whole posting list.
      if (!find.get(all, BigInt(id))) missing++;
    }
  }
  return missing;
}

function rowAt(indexed: Indexed, id: number): IndexedRow | undefined {
  const row = indexed.rowFrom(id);
  return row?.id === id ? row : undefined;
}

function splitOne(indexed: Indexed, row: IndexedRow): string[] {
  return Array.from(indexed.splitter.split([row]), ({ term }) => term);
}

function* chunks(rows: Iterable<IndexedRow>, size = CHUNK): Generator<IndexedRow[]> {
  let chunk: IndexedRow[] = [];
  for (const row of rows) {
    if (chunk.push(row) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Adds a number for each place to the sum of its id's bucket. Terms are sorted, so each is hashed about once. */
function addAll(sums: Int32Array, places: Iterable<Place>, sign: 1 | -1): void {
  let last = "";
  let hash = 0;
  for (const { term, doc } of places) {
    if (term !== last) hash = hashOf(last = term);
    const mixed = Math.imul(hash ^ (doc | 0) ^ Math.floor(doc / 2 ** 32), 0x9e3779b1);
    sums[bucketOf(doc)]! += sign * (mixed ^ mixed >>> 15);
  }
}

function bucketOf(id: number): number {
  const mixed = Math.imul((id | 0) ^ Math.floor(id / 2 ** 32), 0x85ebca6b);
  return (mixed ^ mixed >>> 13) >>> 0 & BUCKETS - 1;
}

/** FNV-1a. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  return hash;
}
