/**
 * The part of an archive's contract about access: tokens, opt-outs and the audit log. A running program keeps none of
 * it in its writer.
 */
import type { AuditEntry, StoredAuditEntry } from "./audit.ts";
import type { OptOut, OptOutSubject } from "./opt_out.ts";
import type { Token } from "./token.ts";

/** A change of tokens, opt-outs or the audit log. */
export type AccessChange =
  | { kind: "create token"; token: Token }
  | { kind: "revoke token"; name: string }
  /** Stores the last use of the token with this hash, epoch milliseconds. */
  | { kind: "use token"; hash: string; at: number }
  /** Replaces an opt-out of the same channel or user. */
  | { kind: "opt out"; optOut: OptOut }
  | { kind: "end opt-out"; subject: OptOutSubject }
  /** Adds an entry to the audit log, which loses its oldest ones. */
  | { kind: "audit"; entry: AuditEntry };

/** The writer's method for opt-outs. */
export interface OptOutWriter {
  /**
   * Hides the channels that have opted out, or begins to delete them. `maintain` deletes the messages of users.
   * @param mayDelete whether no message of these channels waits to be stored; otherwise they are hidden for now
   * @returns every opt-out
   */
  applyOptOuts(mayDelete: boolean): OptOut[];
}

/** The readers' methods for access. */
export interface AccessReader {
  /** Every token, by name. */
  tokens(): Promise<Token[]>;
  /** Every opt-out. */
  optOuts(): Promise<OptOut[]>;
  /** The newest entries of the audit log, newest first. @param before only entries with smaller ids */
  auditLog(limit: number, before?: number): Promise<StoredAuditEntry[]>;
}
