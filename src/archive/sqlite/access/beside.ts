/** Changes tokens, opt-outs and the audit log of an archive, also while another process records into it. */
import { DatabaseSync } from "node:sqlite";
import type { AccessChange } from "../../access/access.ts";
import type { ChangeOutcome } from "../../change.ts";
import type { OptOut } from "../../access/opt_out.ts";
import type { Token } from "../../access/token.ts";
import { AppError } from "../../../chat/errors.ts";
import { isCurrent } from "../file/migrations.ts";
import { asUnavailable } from "../file/sqlite_errors.ts";
import { inTransaction } from "../file/transaction.ts";
import { AccessChanges } from "./access_changes.ts";
import { optOutReader } from "./opt_outs.ts";
import { tokenReader } from "./tokens.ts";

/** Waits longer than any batch takes: a running program commits them one after the other. */
const BUSY_MS = 10_000;

export interface AccessBeside extends Disposable {
  /** Makes a change, and adds it to the audit log, in one transaction. @param now epoch milliseconds */
  change(change: AccessChange, object: string, now: number): ChangeOutcome;
  tokens(): Token[];
  optOuts(): OptOut[];
}

/**
 * Opens an archive for these changes only. A running program does not keep them in its writer, and reads the tables
 * again every few seconds, so both programs may write.
 * @throws AppError unavailable, wrong_file
 */
export function openBeside(path: string): AccessBeside {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY_MS });
    if (!isCurrent(db, path)) {
      throw new AppError(
        "wrong_file",
        `${path} is empty or of an earlier version: starting Scrollback once brings it up to date`,
      );
    }
    const opened = db;
    const changes = new AccessChanges(opened);
    return {
      change: (change, object, at) => {
        const entry = {
          at,
          by: "command",
          address: "",
          action: change.kind,
          object,
          result: "done",
        } as const;
        try {
          return inTransaction(opened, () => {
            const outcome = changes.make(change);
            if (outcome === "done") changes.make({ kind: "audit", entry });
            return outcome;
          });
        } catch (error) {
          throw asUnavailable(error);
        }
      },
      tokens: tokenReader(opened),
      optOuts: optOutReader(opened),
      [Symbol.dispose]: () => opened.close(),
    };
  } catch (error) {
    db?.close();
    throw asUnavailable(error);
  }
}
