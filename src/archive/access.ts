/** The part of an archive's contract that is about who may use it. Running programs keep none of it in their writer. */
import type { AuditEntry, StoredAuditEntry } from "./audit.ts";
import type { Token } from "./token.ts";

/** A change, made in one transaction. */
export type AccessChange =
  | { kind: "create token"; token: Token }
  | { kind: "revoke token"; name: string }
  /** Stores the last use of the token with this hash, epoch milliseconds. */
  | { kind: "use token"; hash: string; at: number }
  /** Adds an entry to the audit log, which loses its oldest ones. */
  | { kind: "audit"; entry: AuditEntry };

/**
 * - `done`: the change was made
 * - `exists`: there is one with this name
 * - `missing`: there is none with this name
 * - `full`: there are as many as there may be
 */
export type AccessOutcome = "done" | "exists" | "missing" | "full";

/** The writer's method for who may use the archive. */
export interface AccessWriter {
  /** Makes a change. Nothing has changed if the outcome is not `done`. */
  changeAccess(change: AccessChange): AccessOutcome;
}

/** The readers' methods for who may use the archive. */
export interface AccessReader {
  /** Every token, by name. */
  tokens(): Promise<Token[]>;
  /** The newest entries of the audit log, newest first. @param before only entries with smaller ids */
  auditLog(limit: number, before?: number): Promise<StoredAuditEntry[]>;
}
