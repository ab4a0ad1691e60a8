/** What could be given back to the file system, and whether it can. */
import type { DatabaseSync } from "node:sqlite";

/** Of `PRAGMA auto_vacuum`. A file can only be changed to it by VACUUM, which Deno's sandbox does not let us run. */
const INCREMENTAL = 2;

export function spaceNotes(db: DatabaseSync): string[] {
  const number = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  const freeMb = number("freelist_count") * number("page_size") / 1e6;
  const notes = [];
  if (freeMb >= 1) notes.push(`${freeMb.toFixed(0)} MB of the file are free, and will be used again.`);
  if (number("auto_vacuum") !== INCREMENTAL) {
    notes.push(
      "The file was made by an early version: what retention and deletions free is used again, but not given back " +
        "to the file system, until somebody runs `sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'`.",
    );
  }
  return notes;
}
