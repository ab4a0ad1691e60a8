/** Authors as they were then: one row that all the messages share which somebody wrote looking like that. */
import type { DatabaseSync } from "node:sqlite";
import type { Author } from "../../../chat/events.ts";
import { packFlags } from "./author_flags.ts";
import { RecentMap } from "./recent_map.ts";

/** About 10 MB; whoever was forgotten is found again through the index. */
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
    const values = [
      userId,
      author.login,
      author.displayName ?? null,
      author.color ?? null,
      author.badges ?? null,
      author.badgeInfo ?? null,
      packFlags(author.flags),
    ];
    const key = values.map((value) => value ?? "\x00").join("\x01");
    let id = this.#ids.get(key);
    if (id === undefined) {
      const row = this.#select.get(...values);
      id = row ? row.id as number : Number(this.#insert.run(...values).lastInsertRowid);
      this.#ids.set(key, id);
    }
    return id;
  }
}
