/** Whether a file is whole, as SQLite itself can tell. */
import type { DatabaseSync } from "node:sqlite";
import { asUnavailable, isDamage } from "../file/sqlite_errors.ts";
import { AppError } from "../../../chat/errors.ts";

/** More sentences than this say nothing new. */
const MAX_SENTENCES = 20;

/** What is wrong with pages and indexes, the full-text ones too; empty where nothing is. */
export function pageFaults(db: DatabaseSync): string[] {
  try {
    return checked(db, MAX_SENTENCES);
  } catch (error) {
    // A full-text index that cannot be opened, or a part of the file that cannot be read: table by table then.
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const found = tables.flatMap(({ name }) => {
      try {
        return checked(db, `'${String(name).replaceAll("'", "''")}'`);
      } catch (error) {
        return [`The table ${name} cannot be checked: ${messageOf(error)}.`];
      }
    });
    return found.length > 0 ? found.slice(0, MAX_SENTENCES) : [`SQLite says: ${messageOf(error)}.`];
  }
}

/** @throws what SQLite throws */
function checked(db: DatabaseSync, what: number | string): string[] {
  const found: string[] = [];
  for (const row of db.prepare(`PRAGMA integrity_check(${what})`).iterate()) {
    const said = String(Object.values(row)[0]).replace(/^\*{3} in database main \*{3}\n/, "");
    if (said !== "ok") found.push(...said.split("\n").map((line) => `SQLite says: ${named(db, line)}.`));
  }
  return found;
}

/** A sentence of SQLite with the name of the tree that it numbers. */
function named(db: DatabaseSync, sentence: string): string {
  const root = /^Tree (\d+) /.exec(sentence)?.[1];
  if (root === undefined) return sentence;
  const tree = db.prepare("SELECT type, name FROM sqlite_schema WHERE rootpage = ?").get(Number(root));
  return tree ? `the ${tree.type} ${tree.name} is damaged (${sentence})` : sentence;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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

/** How many rows every table has, those behind the full-text indexes included, by name. @throws AppError unavailable */
export function rowCounts(db: DatabaseSync): Map<string, number> {
  const tables = db.prepare(`
    SELECT name
    FROM sqlite_schema
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
    ORDER BY name`).all();
  return new Map(tables.map(({ name }) => {
    try {
      const { rows } = db.prepare(`SELECT count(*) AS rows FROM "${name}"`).get()!;
      return [String(name), Number(rows)];
    } catch (error) {
      if (!isDamage(error)) throw asUnavailable(error);
      throw new AppError("damaged", `the table ${name} cannot be read: ${error.message}`, { cause: error });
    }
  }));
}
