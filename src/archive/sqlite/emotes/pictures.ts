/** Stores pictures of emotes by their content, within a bound. */
import type { DatabaseSync } from "node:sqlite";
import { DAY_MS } from "../../../clock.ts";
import type { ChangeOutcome } from "../../change.ts";
import type { NewPicture } from "../../emotes.ts";

/** The pictures deleted at once when there are too many. */
const EVICTED = 50;

export class Pictures {
  readonly #sql;
  /** Bytes of all pictures; read at the first picture. */
  #bytes: number | undefined;

  constructor(db: DatabaseSync) {
    this.#sql = {
      bytes: db.prepare("SELECT sum(length(bytes)) AS n FROM pictures"),
      known: db.prepare("SELECT id FROM pictures WHERE hash = ?"),
      add: db.prepare("INSERT INTO pictures (hash, type, bytes) VALUES (?, ?, ?)"),
      pictureOf: db.prepare("SELECT picture_id FROM picture_names WHERE name = ?"),
      name: db.prepare("INSERT OR REPLACE INTO picture_names (name, picture_id, used_at) VALUES (?, ?, ?)"),
      use: db.prepare("UPDATE picture_names SET used_at = ?1 WHERE name = ?2 AND used_at < ?1 - ?3"),
      oldest: db.prepare(
        "SELECT name, picture_id FROM picture_names WHERE name <> ? ORDER BY used_at LIMIT ?",
      ),
      unname: db.prepare("DELETE FROM picture_names WHERE name = ?"),
      remove: db.prepare(`
        DELETE FROM pictures
        WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM picture_names WHERE picture_id = ?1)
        RETURNING length(bytes) AS n`),
    };
  }

  /** Call it after a rollback. */
  forget(): void {
    this.#bytes = undefined;
  }

  /** See `EmoteChange`. */
  store({ name, type, bytes, hash, at, maxBytes, used }: NewPicture): ChangeOutcome {
    this.#bytes ??= this.#sql.bytes.get()!.n as number ?? 0;
    for (const each of used) this.#sql.use.run(at, each, DAY_MS / 2);
    const former = this.#sql.pictureOf.get(name)?.picture_id as number | undefined;
    this.#sql.name.run(name, this.#idOf(hash, type, bytes), at);
    if (former !== undefined) this.#remove(former);
    this.#evict(name, maxBytes);
    return "done";
  }

  /** Deletes the pictures that were not requested for the longest time, except one, until the bound is kept. */
  #evict(except: string, maxBytes: number): void {
    while (this.#bytes! > maxBytes) {
      const oldest = this.#sql.oldest.all(except, EVICTED);
      if (oldest.length === 0) return;
      for (const row of oldest) {
        this.#sql.unname.run(row.name as string);
        this.#remove(row.picture_id as number);
      }
    }
  }

  #idOf(hash: string, type: string, bytes: Uint8Array): number {
    const digest = Uint8Array.fromHex(hash);
    const known = this.#sql.known.get(digest);
    if (known) return known.id as number;
    this.#bytes! += bytes.length;
    return Number(this.#sql.add.run(digest, type, bytes).lastInsertRowid);
  }

  /** Deletes a picture that has no name left. */
  #remove(id: number): void {
    this.#bytes! -= this.#sql.remove.get(id)?.n as number ?? 0;
  }
}
