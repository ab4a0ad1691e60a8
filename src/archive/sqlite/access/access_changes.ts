/** Makes changes of who may use the archive. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { AccessChange, AccessOutcome } from "../../access.ts";
import { AuditLog } from "./audit_log.ts";
import { Tokens } from "./tokens.ts";

export class AccessChanges {
  readonly #tokens: Tokens;
  readonly #auditLog: AuditLog;

  constructor(db: DatabaseSync) {
    this.#tokens = new Tokens(db);
    this.#auditLog = new AuditLog(db);
  }

  make(change: AccessChange): AccessOutcome {
    switch (change.kind) {
      case "create token":
        return this.#tokens.create(change.token);
      case "revoke token":
        return this.#tokens.revoke(change.name);
      case "use token":
        return this.#tokens.used(change.hash, change.at);
      case "audit":
        this.#auditLog.add(change.entry);
        return "done";
    }
  }
}
