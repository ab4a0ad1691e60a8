/** Notes about the free pages of the file. */
import type { DatabaseSync } from "node:sqlite";
import { readPragma } from "../file/pragma.ts";
import { canReclaim } from "../file/reclaim.ts";

export function spaceNotes(db: DatabaseSync): string[] {
  const freeMb = readPragma(db, "freelist_count") * readPragma(db, "page_size") / 1e6;
  const notes = [];
  if (freeMb >= 1) notes.push(`${freeMb.toFixed(0)} MB of the file are free, and will be reused.`);
  if (!canReclaim(db)) {
    notes.push(
      "The file was created by an early version: space that retention and deletions free is reused, but not returned " +
        "to the file system, until you run `sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'`.",
    );
  }
  return notes;
}
