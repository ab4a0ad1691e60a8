/** Building a full-text index anew from its table, whatever state it is in. */
import type { DatabaseSync } from "node:sqlite";
import type { Indexed } from "./terms.ts";
import type { IndexName } from "../fts5/health.ts";
import { type Defended, referenceSchema } from "../file/migrations.ts";
import { inTransaction } from "../file/transaction.ts";

/** Rows a transaction. */
const CHUNK = 5_000;
/** What FTS5 keeps of an index in tables of its own; which of them there are depends on its options. */
const SHADOWS = ["data", "idx", "config", "docsize", "content"];

/**
 * Drops the index, makes it anew and reads its table again, some thousand rows a transaction. Where that is interrupted,
 * the file remembers that the index is not whole. Returns what was done.
 * @param progress called with the number of rows that are indexed, now and then
 * @throws where the index's pages cannot be freed
 */
export function rebuildIndex(
  db: DatabaseSync,
  indexed: Indexed,
  progress: (rows: number) => void = () => {},
): string {
  const { index } = indexed;
  recreate(db, index);
  const insert = db.prepare(`INSERT INTO ${index} (rowid, terms) VALUES (?, ?)`);
  let rows = 0;
  let next = 0;
  while (true) {
    // Chunk by chunk, each its own transaction, so that what is read is never what is being written.
    const chunk = [...take(indexed.rowsFrom(next), CHUNK)];
    if (chunk.length === 0) break;
    inTransaction(db, () => {
      for (const { id, terms } of chunk) insert.run(id, terms);
    });
    rows += chunk.length;
    progress(rows);
    next = chunk.at(-1)!.id + 1;
  }
  db.prepare("DELETE FROM index_faults WHERE index_name = ?").run(index);
  return `The index ${index} was built anew from ${rows} rows.`;
}

/** An empty index, which is marked as not usable yet. */
function recreate(db: DatabaseSync, index: IndexName): void {
  const { sql } = schemaOf(index);
  inTransaction(db, () => {
    db.prepare("INSERT OR REPLACE INTO index_faults (index_name, reason, at) VALUES (?, ?, ?)")
      .run(index, "it was not built to its end", Date.now());
    drop(db, index);
    db.exec(sql);
  });
}

function drop(db: DatabaseSync, index: IndexName): void {
  const defended = db as Defended;
  defended.enableDefensive(false);
  db.exec("SAVEPOINT dropping");
  try {
    db.exec(`DROP TABLE IF EXISTS ${index}`);
  } catch {
    // FTS5 cannot open it: without its entry in the schema, its tables are tables like any other.
    db.exec("ROLLBACK TO dropping; PRAGMA writable_schema = ON");
    db.prepare("DELETE FROM sqlite_schema WHERE type = 'table' AND name = ?").run(index);
    db.exec("PRAGMA writable_schema = RESET");
  }
  try {
    for (const shadow of SHADOWS) db.exec(`DROP TABLE IF EXISTS ${index}_${shadow}`);
    db.exec("RELEASE dropping");
  } finally {
    defended.enableDefensive(true);
  }
}

/** How the migrations make the index. */
export function schemaOf(index: IndexName): { sql: string } {
  using db = referenceSchema();
  return db.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(index) as { sql: string };
}

function* take<T>(rows: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const row of rows) {
    yield row;
    if (++taken === most) return;
  }
}
