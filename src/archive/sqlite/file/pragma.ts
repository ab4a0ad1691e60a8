/** Reads pragmas of SQLite. */
import type { DatabaseSync } from "node:sqlite";

/** The value of a pragma that is one number. */
export function readPragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
}
