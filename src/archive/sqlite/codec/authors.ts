/** Stores authors as they were when they wrote: messages of one user with the same name, badges and so on share a row. */
import type { DatabaseSync } from "node:sqlite";
import type { Author } from "../../../chat/events.ts";
import { packFlags } from "./author_flags.ts";
import { RecentMap } from "./recent_map.ts";

/** About 8 MB. Rows that are no longer cached are found by the index. */
const REMEMBERED = 50_000;

export class Authors {
  readonly #ids = new RecentMap<string, number>(REMEMBERED);
  readonly #select;
  readonly #insert;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare(`
      SELECT id
      FROM authors
      WHERE user_id = ? AND login = ? AND display_name IS ? AND color IS ? AND badges IS ? AND badge_info IS ?
        AND flags = ?`);
    this.#insert = db.prepare(`
      INSERT INTO authors (user_id, login, display_name, color, badges, badge_info, flags)
      VALUES (?, ?, ?, ?, ?, ?, ?)`);
  }

  /** Clears the cache. Call it after a rollback. */
  forget(): void {
    this.#ids.clear();
  }

  /** The id of the author's row, which is created if it is new. @param userId the archive's user */
  store(author: Author, userId: number): number {
    return this.storePacked(packAuthor(author, userId));
  }

  /** The same for an author from {@link packAuthor}. */
  storePacked(packed: string): number {
    let id = this.#ids.get(packed);
    if (id === undefined) {
      const [userId, ...texts] = JSON.parse(packed) as PackedAuthor;
      const values = [userId, ...texts.slice(0, -1), packFlags(texts.at(-1)!)];
      const row = this.#select.get(...values);
      id = row ? row.id as number : Number(this.#insert.run(...values).lastInsertRowid);
      this.#ids.set(packed, id);
    }
    return id;
  }
}

type PackedAuthor = [userId: number, ...(string | null)[]];

/** An author as one text, which is quick to send to another thread, and a map key. @param userId the archive's user */
export function packAuthor(author: Author, userId: number): string {
  const { login, displayName, color, badges, badgeInfo, flags } = author;
  return JSON.stringify([userId, login, displayName, color, badges, badgeInfo, flags]);
}

/** The inverse of {@link packAuthor}, for an author whose user id is the archive's. */
export function unpackAuthor(packed: string): Author & { userId: number } {
  const [userId, login, displayName, color, badges, badgeInfo, flags] = JSON.parse(packed) as PackedAuthor;
  return {
    userId,
    login: login!,
    displayName: displayName ?? undefined,
    color: color ?? undefined,
    badges: badges ?? undefined,
    badgeInfo: badgeInfo ?? undefined,
    flags: flags!,
  };
}
