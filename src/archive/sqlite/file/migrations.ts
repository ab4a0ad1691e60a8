/** The numbered migrations from any older schema to the present one. */
import { DatabaseSync } from "node:sqlite";
// Imported as text, so that they are part of the module graph and so of a compiled executable.
import archive from "../../../../migrations/0001_archive.sql" with { type: "text" };
import coverage from "../../../../migrations/0002_coverage.sql" with { type: "text" };
import care from "../../../../migrations/0003_care.sql" with { type: "text" };
import texts from "../../../../migrations/0004_texts.sql" with { type: "text" };
import indexFaults from "../../../../migrations/0005_index_faults.sql" with { type: "text" };
import moderation from "../../../../migrations/0006_moderation.sql" with { type: "text" };
import terms from "../../../../migrations/0007_terms.sql" with { type: "text" };
import savedSearches from "../../../../migrations/0008_saved_searches.sql" with { type: "text" };
import hours from "../../../../migrations/0009_hours.sql" with { type: "text" };
import emotes from "../../../../migrations/0010_emotes.sql" with { type: "text" };
import webhooks from "../../../../migrations/0011_webhooks.sql" with { type: "text" };
import sqlEvents from "../../../../migrations/0012_sql_events.sql" with { type: "text" };
import sqlViews from "../../../../migrations/0013_sql_views.sql" with { type: "text" };
import highlightRules from "../../../../migrations/0014_highlight_rules.sql" with { type: "text" };
import tokens from "../../../../migrations/0015_tokens.sql" with { type: "text" };
import auditLog from "../../../../migrations/0016_audit_log.sql" with { type: "text" };
import optOuts from "../../../../migrations/0017_opt_outs.sql" with { type: "text" };
import { AppError } from "../../../chat/errors.ts";
import { readPragma } from "./pragma.ts";
import { inTransaction } from "./transaction.ts";

/** Step n takes `PRAGMA user_version` from n to n + 1. Append only. */
const MIGRATIONS: readonly string[] = [
  archive,
  coverage,
  care,
  texts,
  indexFaults,
  moderation,
  terms,
  savedSearches,
  hours,
  emotes,
  webhooks,
  sqlEvents,
  sqlViews,
  highlightRules,
  tokens,
  auditLog,
  optOuts,
];

/** `PRAGMA application_id` of the program's files: "Scrl". */
export const APPLICATION_ID = 0x5363726c;

/** Deno's types do not declare this method yet. */
export type Defended = DatabaseSync & { enableDefensive(enabled: boolean): void };

/** Migrates the file to the present schema, with one transaction for each step. @throws AppError wrong_file */
export function migrate(db: DatabaseSync, path: string): void {
  let version = checkFile(db, path);
  if (version === MIGRATIONS.length) return;
  // A step may write to sqlite_schema, which defensive mode forbids.
  const defended = db as Defended;
  defended.enableDefensive(false);
  for (; version < MIGRATIONS.length; version++) {
    inTransaction(db, () => {
      // Another process may have run this step already.
      if (readPragma(db, "user_version") !== version) return;
      db.exec(MIGRATIONS[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    });
  }
  defended.enableDefensive(true);
}

/** Returns the schema version of the file; 0 if it is empty. @throws AppError wrong_file if this program cannot use it */
export function checkFile(db: DatabaseSync, path: string): number {
  const version = readPragma(db, "user_version");
  const application = readPragma(db, "application_id");
  const empty = db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!.n === 0;
  if (application !== APPLICATION_ID && !(empty && application === 0 && version === 0)) {
    throw new AppError("wrong_file", `${path} is a database of another program; nothing was changed`);
  }
  if (version > MIGRATIONS.length) {
    throw new AppError(
      "wrong_file",
      `${path} was written by a newer Scrollback (schema ${version}, this one knows ${MIGRATIONS.length}); nothing was changed`,
    );
  }
  return version;
}

/** A database in memory with exactly the schema of a version. */
export function referenceSchema(version = MIGRATIONS.length): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  (db as Defended).enableDefensive(false);
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  return db;
}

/** The tables of the present schema, except those of the full-text indexes and the list of their faults. */
export function ordinaryTables(): string[] {
  using db = referenceSchema();
  const tables = db.prepare(`
    SELECT name
    FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT IN ('sqlite_schema', 'index_faults')
    ORDER BY name`).all();
  return tables.map(({ name }) => String(name));
}

/** Whether the file has the present schema. @throws AppError wrong_file */
export function isCurrent(db: DatabaseSync, path: string): boolean {
  return checkFile(db, path) === MIGRATIONS.length;
}
