/** Makes changes of tokens, opt-outs and the audit log. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { AccessChange } from "../../access/access.ts";
import type { ChangeOutcome } from "../../change.ts";
import { AuditLog } from "./audit_log.ts";
import { OptOuts } from "./opt_outs.ts";
import { Tokens } from "./tokens.ts";

export class AccessChanges {
  readonly #tokens: Tokens;
  readonly #auditLog: AuditLog;
  readonly #optOuts: OptOuts;

  constructor(db: DatabaseSync) {
    this.#tokens = new Tokens(db);
    this.#auditLog = new AuditLog(db);
    this.#optOuts = new OptOuts(db);
  }

  make(change: AccessChange): ChangeOutcome {
    switch (change.kind) {
      case "create token":
        return this.#tokens.create(change.token);
      case "revoke token":
        return this.#tokens.revoke(change.name);
      case "use token":
        return this.#tokens.used(change.hash, change.at);
      case "opt out":
        return this.#optOuts.add(change.optOut);
      case "end opt-out":
        return this.#optOuts.end(change.subject);
      case "audit":
        this.#auditLog.add(change.entry);
        return "done";
    }
  }
}
