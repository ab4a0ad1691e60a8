/** The numbered steps that take a file from any older schema to today's. */
import { DatabaseSync } from "node:sqlite";
// Imported as text, so that they are part of the module graph and thereby of a compiled executable.
import archive from "../../../../migrations/0001_archive.sql" with { type: "text" };
import coverage from "../../../../migrations/0002_coverage.sql" with { type: "text" };
import care from "../../../../migrations/0003_care.sql" with { type: "text" };
import texts from "../../../../migrations/0004_texts.sql" with { type: "text" };
import indexFaults from "../../../../migrations/0005_index_faults.sql" with { type: "text" };
import moderation from "../../../../migrations/0006_moderation.sql" with { type: "text" };
import { AppError } from "../../../chat/errors.ts";

/** Step n takes `PRAGMA user_version` from n to n + 1. Append only. */
const MIGRATIONS: readonly string[] = [archive, coverage, care, texts, indexFaults, moderation];

/** What this program's files say of themselves in their header: "Scrl". */
export const APPLICATION_ID = 0x5363726c;

/** The types do not have it yet. */
export type Defended = DatabaseSync & { enableDefensive(enabled: boolean): void };

/** Brings the file to the present schema, a transaction a step. @throws AppError wrong_file */
export function migrate(db: DatabaseSync, path: string): void {
  let version = checkFile(db, path);
  if (version === MIGRATIONS.length) return;
  // A step may change what the schema says of a column.
  const defended = db as Defended;
  defended.enableDefensive(false);
  for (; version < MIGRATIONS.length; version++) {
    db.exec("BEGIN IMMEDIATE");
    try {
      // Another process may have been faster.
      if (pragma(db, "user_version") === version) {
        db.exec(MIGRATIONS[version]!);
        db.exec(`PRAGMA user_version = ${version + 1}`);
        db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      }
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
  defended.enableDefensive(true);
}

/** The schema version of a file that this program may use. @throws AppError wrong_file */
export function checkFile(db: DatabaseSync, path: string): number {
  const version = pragma(db, "user_version");
  const application = pragma(db, "application_id");
  const empty = db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!.n === 0;
  if (application !== APPLICATION_ID && !(empty && application === 0 && version === 0)) {
    throw new AppError("wrong_file", `${path} is a database of another program; it was left as it is`);
  }
  if (version > MIGRATIONS.length) {
    throw new AppError(
      "wrong_file",
      `${path} was written by a newer Scrollback (schema ${version}, this one knows ${MIGRATIONS.length}); it was left as it is`,
    );
  }
  return version;
}

/** A database in memory with the schema of a version: what a file of ours has, and no more. */
export function referenceSchema(version = MIGRATIONS.length): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  (db as Defended).enableDefensive(false);
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  return db;
}

/** Whether the schema is the present one, as far as a reader must know. */
export function isCurrent(db: DatabaseSync, path: string): boolean {
  return checkFile(db, path) === MIGRATIONS.length;
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
}
