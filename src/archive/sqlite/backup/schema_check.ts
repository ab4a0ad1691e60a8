/** Checks that a file has exactly the schema that the migrations create. */
import type { DatabaseSync } from "node:sqlite";
import { INDEX_NAMES } from "../fts5/health.ts";
import { checkFile, referenceSchema } from "../file/migrations.ts";

interface Entry {
  type: string;
  name: string;
  sql: string | null;
}

/**
 * Returns a sentence for each difference. A foreign trigger would run, and a foreign view would return false rows,
 * whenever the archive is used.
 * @throws AppError wrong_file if the file is not an archive
 */
export function schemaFaults(db: DatabaseSync, path: string): string[] {
  const version = checkFile(db, path);
  if (version < 1) return ["It is empty."];
  using reference = referenceSchema(version);
  const expected = entriesOf(reference);
  const found = entriesOf(db);
  const faults = strangers(found, expected);
  for (const [key, { type, name, sql }] of found) {
    const known = expected.get(key);
    if (known && plain(known) !== plain({ type, name, sql })) {
      faults.push(`The ${type} ${name} has another definition.`);
    }
  }
  for (const [key, { type, name }] of expected) {
    if (!found.has(key)) faults.push(`The ${type} ${name} is missing.`);
  }
  return faults;
}

/** Tables, triggers and views of other programs in a file of the present schema, a sentence each. */
export function foreignEntries(db: DatabaseSync): string[] {
  using reference = referenceSchema();
  return strangers(entriesOf(db), entriesOf(reference));
}

function strangers(found: ReadonlyMap<string, Entry>, expected: ReadonlyMap<string, Entry>): string[] {
  return [...found].filter(([key]) => !expected.has(key))
    .map(([, { type, name }]) => `The ${type} ${name} does not belong to an archive.`);
}

function entriesOf(db: DatabaseSync): Map<string, Entry> {
  const entries = db.prepare("SELECT type, name, sql FROM sqlite_schema").all() as unknown as Entry[];
  return new Map(
    entries
      // The statistics of SQLite's optimiser, which may be missing.
      .filter(({ type, name }) => !(type === "table" && /^sqlite_stat[1-4]$/.test(name)))
      .map((entry) => [`${entry.type} ${entry.name}`, entry]),
  );
}

/** A definition without comments, case and spaces, which may differ between versions of Scrollback. */
function plain({ name, sql }: Entry): string {
  // FTS5 defines its own tables, and may define them differently in another version.
  if (sql === null || INDEX_NAMES.some((index) => name.startsWith(`${index}_`))) return "";
  return sql.replace(/--[^\n]*/g, "").replace(/\s+/g, "").toLowerCase();
}
