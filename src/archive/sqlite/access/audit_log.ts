/** Rows of `audit_log`. */
import type { DatabaseSync } from "node:sqlite";
import { type AuditEntry, MAX_AUDIT_ENTRIES, type StoredAuditEntry } from "../../access/audit.ts";

const MAX_TEXT = 500;

const ADD = `
  INSERT INTO audit_log (at, by, token, address, action, object, result)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

const PAGE = `
  SELECT id, at, by, token, address, action, object, result
  FROM audit_log
  WHERE id < ?
  ORDER BY id DESC
  LIMIT ?`;

/** The writer's statements. Every method runs inside the caller's transaction. */
export class AuditLog {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = { add: db.prepare(ADD), trim: db.prepare("DELETE FROM audit_log WHERE id <= ?") };
  }

  add({ at, by, token, address, action, object, result }: AuditEntry): void {
    const { lastInsertRowid } = this.#sql.add.run(
      at,
      by,
      token ?? null,
      address,
      action,
      object.slice(0, MAX_TEXT),
      result.slice(0, MAX_TEXT),
    );
    this.#sql.trim.run(Number(lastInsertRowid) - MAX_AUDIT_ENTRIES);
  }
}

/** A function that reads entries, newest first. */
export function auditReader(db: DatabaseSync): (limit: number, before?: number) => StoredAuditEntry[] {
  const page = db.prepare(PAGE);
  return (limit, before = Number.MAX_SAFE_INTEGER) =>
    page.all(before, limit).map((row) =>
      ({ ...row, token: row.token ?? undefined }) as unknown as StoredAuditEntry
    );
}
