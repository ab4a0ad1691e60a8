/** Authors as they were then: one row that all the messages share which somebody wrote looking like that. */
import type { DatabaseSync } from "node:sqlite";
import type { Author } from "../../../chat/events.ts";
import { packFlags } from "./author_flags.ts";
import { RecentMap } from "./recent_map.ts";

/** About 8 MB. A user that is no longer cached is found through the index. */
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

  /** Forgets what a transaction that was rolled back had made. */
  forget(): void {
    this.#ids.clear();
  }

  /** The id of the author's row, made if it is new. `userId` is the archive's user. */
  store(author: Author, userId: number): number {
    return this.storePacked(packAuthor(author, userId));
  }

  /** The same for what {@link packAuthor} returned. */
  storePacked(packed: string): number {
    let id = this.#ids.get(packed);
    if (id === undefined) {
      const [userId, ...look] = JSON.parse(packed) as PackedAuthor;
      const values = [userId, ...look.slice(0, -1), packFlags(look.at(-1)!)];
      const row = this.#select.get(...values);
      id = row ? row.id as number : Number(this.#insert.run(...values).lastInsertRowid);
      this.#ids.set(packed, id);
    }
    return id;
  }
}

type PackedAuthor = [userId: number, ...(string | null)[]];

/** An author as one text: quick to send to another thread, and a key. @param userId the archive's user */
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
