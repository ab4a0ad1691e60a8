/** The audit log: changes, with the person or program that made each. */

/** An action that changes what is recorded, kept or allowed. Texts are for people. */
export interface AuditEntry {
  /** Time of the action, epoch milliseconds. */
  at: number;
  /** Somebody who logged in, somebody on this machine where there is no password, a program, or a command. */
  by: "session" | "loopback" | "token" | "command";
  /** Name of the token. */
  token?: string;
  /** The address of the client; empty for a command. */
  address: string;
  /** The name of the action: `delete channel`. */
  action: string;
  /** The thing that the action is applied to; at most 500 characters. */
  object: string;
  /** `done`, or the reason for the failure; at most 500 characters. */
  result: string;
}

/** An entry with its number, which rises with time. */
export interface StoredAuditEntry extends AuditEntry {
  /** From 1. */
  id: number;
}

/** Maximum number of entries in an archive. The oldest is deleted for a new one. */
export const MAX_AUDIT_ENTRIES = 100_000;
