/** Rows of `tokens`. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import { MAX_TOKENS, type Scope, type Token } from "../../access/token.ts";

const TOKENS = `
  SELECT name, lower(hex(hash)) AS hash, start, scopes, created_at, expires_at, last_used_at
  FROM tokens
  ORDER BY name`;

const CREATE = `
  INSERT OR IGNORE INTO tokens (name, hash, start, scopes, created_at, expires_at)
  VALUES (?, unhex(?), ?, ?, ?, ?)`;

/** The writer's statements. Every method runs inside the caller's transaction. */
export class Tokens {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      count: db.prepare("SELECT count(*) AS n FROM tokens"),
      create: db.prepare(CREATE),
      revoke: db.prepare("DELETE FROM tokens WHERE name = ?"),
      use: db.prepare("UPDATE tokens SET last_used_at = ? WHERE hash = unhex(?)"),
    };
  }

  create({ name, hash, start, scopes, createdAt, expiresAt }: Token): ChangeOutcome {
    if (this.#sql.count.get()!.n as number >= MAX_TOKENS) return "full";
    const { changes } = this.#sql.create.run(
      name,
      hash,
      start,
      scopes.join(" "),
      createdAt,
      expiresAt ?? null,
    );
    return changes === 1 ? "done" : "exists";
  }

  revoke(name: string): ChangeOutcome {
    return this.#sql.revoke.run(name).changes === 1 ? "done" : "missing";
  }

  used(hash: string, at: number): ChangeOutcome {
    return this.#sql.use.run(at, hash).changes === 1 ? "done" : "missing";
  }
}

/** A function that reads every token, by name. */
export function tokenReader(db: DatabaseSync): () => Token[] {
  const all = db.prepare(TOKENS);
  return () =>
    all.all().map((row) => ({
      name: row.name as string,
      hash: row.hash as string,
      start: row.start as string,
      scopes: (row.scopes as string).split(" ") as Scope[],
      createdAt: row.created_at as number,
      expiresAt: row.expires_at as number | null ?? undefined,
      lastUsedAt: row.last_used_at as number | null ?? undefined,
    }));
}
