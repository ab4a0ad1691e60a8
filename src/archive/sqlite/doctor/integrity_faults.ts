/** Checks the pages, indexes and keys of a file by SQLite's own means. */
import type { DatabaseSync } from "node:sqlite";
import { asUnavailable, isDamage } from "../file/sqlite_errors.ts";
import { AppError, messageOf } from "../../../chat/errors.ts";

/** Further sentences would add nothing. */
const MAX_SENTENCES = 20;

/** How SQLite begins a message about the structure of pages. */
const IN_PAGES = "*** in database main ***\n";
/** Its message if a page cannot be read during the check of a table. */
const UNREADABLE = "database disk image is malformed";
/** Its message for each page that only a damaged page pointed to. */
const NEVER_USED = /^Page \d+: never used$/;
/**
 * The table whose check includes the list of free pages. That of the whole file leaves the list out, and pages that are
 * neither used nor free, if SQLite's list of tables begins with one without pages, such as a view.
 */
const SCHEMA = "'sqlite_schema'";
/** Pages that map pages to their parents; reading rows does not need them. */
const POINTER_MAP = /ptr ?map|pointer map/i;

export interface FileFault {
  sentence: string;
  /** Whether the structure of pages is damaged; otherwise only the content of an index or table is wrong. */
  inPages: boolean;
}

/** The faults of pages and indexes, including the full-text indexes. */
export function fileFaults(db: DatabaseSync): FileFault[] {
  const found: FileFault[] = [];
  try {
    found.push(...checked(db, MAX_SENTENCES));
    if (found.length === 0) found.push(...checked(db, SCHEMA));
  } catch (error) {
    // A full-text index cannot be opened, or a part of the file cannot be read: check table by table.
    found.push(...checkedByTable(db));
    if (found.length === 0) found.push({ sentence: `SQLite says: ${messageOf(error)}.`, inPages: true });
  }
  return found.slice(0, MAX_SENTENCES);
}

function checkedByTable(db: DatabaseSync): FileFault[] {
  const tables = db.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all();
  return tables.flatMap(({ name, rootpage }) => {
    try {
      return checked(db, quoted(String(name)));
    } catch (error) {
      // A virtual table has no pages itself.
      return [{
        sentence: `The table ${name} cannot be checked: ${messageOf(error)}.`,
        inPages: rootpage !== 0,
      }];
    }
  });
}

/** @throws the error of SQLite if it has reported nothing before */
function checked(db: DatabaseSync, what: number | string): FileFault[] {
  return integrityCheck(db, what).filter((report) => report !== "ok").flatMap((report) => {
    const inPages = report.startsWith(IN_PAGES) || report === UNREADABLE;
    const lines = report.replace(IN_PAGES, "").split("\n");
    const sentences = lines.filter((line) => !NEVER_USED.test(line)).map((line) => named(db, line));
    if (sentences.length < lines.length) sentences.push("pages are neither used nor free");
    return sentences.map((what) => ({ sentence: `SQLite says: ${what}.`, inPages }));
  });
}

function integrityCheck(db: DatabaseSync, what: number | string): string[] {
  const check = db.prepare(`PRAGMA integrity_check(${what})`);
  // `iterate` returns the rows before an error; but in Deno it then ends without the error.
  const reports = Array.from(check.iterate(), (row) => String(Object.values(row)[0]));
  if (reports.length === 0) check.all();
  return reports;
}

/** The tables among these whose own pages are damaged; pages of their indexes do not count. */
export function damagedTables(db: DatabaseSync, tables: readonly string[]): string[] {
  const select = db.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return tables.filter((table) => {
    const root = select.get(table)?.rootpage;
    if (root === undefined) return true;
    try {
      return integrityCheck(db, quoted(table)).flatMap((report) => report.split("\n"))
        .some((line) => line.startsWith(`Tree ${root} `) && !POINTER_MAP.test(line));
    } catch {
      return true;
    }
  });
}

function quoted(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

/** A sentence of SQLite, with the name of the tree if it has only its number. */
function named(db: DatabaseSync, sentence: string): string {
  const root = /^Tree (\d+) /.exec(sentence)?.[1];
  if (root === undefined) return sentence;
  const tree = db.prepare("SELECT type, name FROM sqlite_schema WHERE rootpage = ?").get(Number(root));
  return tree ? `the ${tree.type} ${tree.name} is damaged (${sentence})` : sentence;
}

/** Rows that refer to a missing row of another table. */
export function keyFaults(db: DatabaseSync): string[] {
  const missing = db.prepare(`
    SELECT "table", parent, count(*) AS rows
    FROM pragma_foreign_key_check
    GROUP BY "table", parent`).all();
  return missing.map(({ table, parent, rows }) =>
    `There ${rows === 1 ? "is 1 row" : `are ${rows} rows`} of ${table} without their row of ${parent}.`
  );
}

/** The number of rows of each table by name, including tables of full-text indexes. @throws AppError unavailable */
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
