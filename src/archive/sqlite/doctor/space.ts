/** What could be given back to the file system, and whether it can. */
import type { DatabaseSync } from "node:sqlite";
import { readPragma } from "../file/pragma.ts";
import { canReclaim } from "../file/reclaim.ts";

export function spaceNotes(db: DatabaseSync): string[] {
  const freeMb = readPragma(db, "freelist_count") * readPragma(db, "page_size") / 1e6;
  const notes = [];
  if (freeMb >= 1) notes.push(`${freeMb.toFixed(0)} MB of the file are free, and will be used again.`);
  if (!canReclaim(db)) {
    notes.push(
      "The file was made by an early version: what retention and deletions free is used again, but not given back " +
        "to the file system, until somebody runs `sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'`.",
    );
  }
  return notes;
}
