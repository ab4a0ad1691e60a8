/** Rebuilds a full-text index from its table, in whatever state the index is. */
import type { DatabaseSync } from "node:sqlite";
import type { Indexed } from "./terms.ts";
import type { IndexName } from "../fts5/health.ts";
import { type Defended, referenceSchema } from "../file/migrations.ts";
import { inTransaction } from "../file/transaction.ts";

/** Rows per transaction. */
const CHUNK = 5_000;
/** Suffixes of the tables in which FTS5 stores an index. Its options decide which of them exist. */
const SHADOWS = ["data", "idx", "config", "docsize", "content"];

/**
 * Drops and creates the index, and fills it from its table in several transactions. If it is interrupted, the file has a
 * mark that the index is incomplete.
 * @param progress called after each transaction with the number of indexed rows
 * @returns a sentence for the user
 * @throws if the index's pages cannot be freed
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
    // Read a chunk to its end before the transaction that writes it.
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
  return `The index ${index} was rebuilt from ${rows} rows.`;
}

/** Creates an empty index, and marks it as unusable. */
function recreate(db: DatabaseSync, index: IndexName): void {
  const { sql } = schemaOf(index);
  inTransaction(db, () => {
    db.prepare("INSERT OR REPLACE INTO index_faults (index_name, reason, at) VALUES (?, ?, ?)")
      .run(index, "it was not built to its end", Date.now());
    drop(db, index);
    db.exec(sql);
    if (index === "messages_index") db.exec("UPDATE archive SET terms_from = 0");
  });
}

function drop(db: DatabaseSync, index: IndexName): void {
  const defended = db as Defended;
  defended.enableDefensive(false);
  db.exec("SAVEPOINT dropping");
  try {
    db.exec(`DROP TABLE IF EXISTS ${index}`);
  } catch {
    // FTS5 cannot open it. Without its entry in the schema, its tables are ordinary ones.
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

/** The statement with which the migrations create the index. */
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
