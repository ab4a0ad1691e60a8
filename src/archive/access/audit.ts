/** The log of what was changed by whom. */

/** An action that changes what is recorded, kept or allowed. Texts are for people. */
export interface AuditEntry {
  /** When, epoch milliseconds. */
  at: number;
  /** Somebody who logged in, somebody on this machine where there is no password, a program, or a command. */
  by: "session" | "loopback" | "token" | "command";
  /** Name of the token. */
  token?: string;
  /** The address of the client; empty for a command. */
  address: string;
  /** What was done: `delete channel`. */
  action: string;
  /** With what; at most 500 characters. */
  object: string;
  /** `done`, or why it was not; at most 500 characters. */
  result: string;
}

/** An entry with its number, which rises with time. */
export interface StoredAuditEntry extends AuditEntry {
  /** From 1. */
  id: number;
}

/** Maximum number of entries in an archive. The oldest is deleted for a new one. */
export const MAX_AUDIT_ENTRIES = 100_000;
