/** Whether a file is whole, as SQLite itself can tell. */
import type { DatabaseSync } from "node:sqlite";

/** More sentences than this say nothing new. */
const MOST_SENTENCES = 20;

/** What is wrong with pages and indexes, the full-text ones too; empty where nothing is. */
export function pageFaults(db: DatabaseSync): string[] {
  const found: string[] = [];
  for (const row of db.prepare(`PRAGMA integrity_check(${MOST_SENTENCES})`).iterate()) {
    const said = String(Object.values(row)[0]);
    if (said !== "ok") found.push(`SQLite says: ${said}.`);
  }
  return found;
}

/** Rows that name a row of another table that is not there. */
export function keyFaults(db: DatabaseSync): string[] {
  const missing = new Map<string, number>();
  for (const row of db.prepare("PRAGMA foreign_key_check").iterate()) {
    const what = `${row.table} without their row of ${row.parent}`;
    missing.set(what, (missing.get(what) ?? 0) + 1);
  }
  return [...missing].map(([what, rows]) =>
    `There ${rows === 1 ? "is 1 row" : `are ${rows} rows`} of ${what}.`
  );
}

/** How many rows every table has, those behind the full-text indexes included, by name. */
export function rowCounts(db: DatabaseSync): Map<string, number> {
  const tables = db.prepare(`
    SELECT name
    FROM sqlite_schema
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
    ORDER BY name`).all();
  return new Map(tables.map(({ name }) => {
    const { rows } = db.prepare(`SELECT count(*) AS rows FROM "${name}"`).get()!;
    return [String(name), Number(rows)];
  }));
}
