/** Whether a file's schema is the one that the migrations make: nothing is missing in it, and nothing else is there. */
import type { DatabaseSync } from "node:sqlite";
import { INDEX_NAMES } from "../fts5/health.ts";
import { checkFile, referenceSchema } from "../file/migrations.ts";

interface Entry {
  type: string;
  name: string;
  sql: string | null;
}

/**
 * What differs, a sentence each. A trigger or view of somebody else would run, or lie, whenever the archive is used.
 * @throws AppError wrong_file where the file is not one of ours
 */
export function schemaFaults(db: DatabaseSync, path: string): string[] {
  const version = checkFile(db, path);
  if (version < 1) return ["It is empty."];
  using reference = referenceSchema(version);
  const expected = entriesOf(reference);
  const found = entriesOf(db);
  const faults: string[] = [];
  for (const [key, { type, name, sql }] of found) {
    const known = expected.get(key);
    if (!known) faults.push(`The ${type} ${name} is not one of an archive's.`);
    else if (plain(known) !== plain({ type, name, sql })) {
      faults.push(`The ${type} ${name} is defined otherwise.`);
    }
  }
  for (const [key, { type, name }] of expected) {
    if (!found.has(key)) faults.push(`The ${type} ${name} is missing.`);
  }
  return faults;
}

function entriesOf(db: DatabaseSync): Map<string, Entry> {
  const entries = db.prepare("SELECT type, name, sql FROM sqlite_schema").all() as unknown as Entry[];
  return new Map(
    entries
      // What SQLite's optimiser has counted; it may be there or not.
      .filter(({ type, name }) => !(type === "table" && /^sqlite_stat[1-4]$/.test(name)))
      .map((entry) => [`${entry.type} ${entry.name}`, entry]),
  );
}

/** A definition without comments, case and spaces: those are of the version that made the file. */
function plain({ name, sql }: Entry): string {
  // How FTS5 defines its own tables is its own affair.
  if (sql === null || INDEX_NAMES.some((index) => name.startsWith(`${index}_`))) return "";
  return sql.replace(/--[^\n]*/g, "").replace(/\s+/g, "").toLowerCase();
}
