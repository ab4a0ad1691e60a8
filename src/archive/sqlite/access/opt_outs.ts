/** Rows of `opt_outs`. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import type { OptOut, OptOutSubject } from "../../access/opt_out.ts";

const ALL = `
  SELECT kind, twitch_id, login, at, stored
  FROM opt_outs
  ORDER BY rowid`;

const FORMER = `
  SELECT at
  FROM opt_outs
  WHERE kind = ?1 AND (twitch_id = ?2 OR login = ?3 AND (twitch_id IS NULL OR ?2 IS NULL))`;

const END = `
  DELETE FROM opt_outs
  WHERE kind = ?1 AND (twitch_id = ?2 OR login = ?3 AND (twitch_id IS NULL OR ?2 IS NULL))`;

/** The writer's statements. Every method runs inside the caller's transaction. */
export class OptOuts {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      former: db.prepare(FORMER),
      end: db.prepare(END),
      add: db.prepare("INSERT INTO opt_outs (kind, twitch_id, login, at, stored) VALUES (?, ?, ?, ?, ?)"),
    };
  }

  /** Replaces an earlier opt-out of the same channel or user, and keeps its time. */
  add(optOut: OptOut): ChangeOutcome {
    const { kind, twitchId, login, stored } = optOut;
    const former = this.#sql.former.get(...keysOf(optOut));
    this.end(optOut);
    this.#sql.add.run(kind, twitchId ?? null, login ?? null, former?.at as number ?? optOut.at, stored);
    return "done";
  }

  end(subject: OptOutSubject): ChangeOutcome {
    return this.#sql.end.run(...keysOf(subject)).changes > 0 ? "done" : "missing";
  }
}

function keysOf({ kind, twitchId, login }: OptOutSubject): [string, number | null, string | null] {
  return [kind, twitchId ?? null, login ?? null];
}

/** A function that reads every opt-out, the oldest first. */
export function optOutReader(db: DatabaseSync): () => OptOut[] {
  const all = db.prepare(ALL);
  return () =>
    all.all().map((row) => ({
      kind: row.kind as OptOut["kind"],
      twitchId: row.twitch_id as number | null ?? undefined,
      login: row.login as string | null ?? undefined,
      at: row.at as number,
      stored: row.stored as OptOut["stored"],
    }));
}
