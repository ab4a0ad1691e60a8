/** The users of the archive, for its writer: their names, and from when to when each name was seen. */
import type { DatabaseSync } from "node:sqlite";
import type { Author } from "../../../chat/events.ts";
import { foldName, termsOfName } from "./name_index.ts";
import { RecentMap } from "../codec/recent_map.ts";
import type { WriterIndexes } from "../fts5/writer_indexes.ts";

const REMEMBERED = 50_000;

interface Known {
  login: string;
  displayName: string;
}

export class UserWriter {
  readonly #known = new RecentMap<number, Known>(REMEMBERED);
  readonly #byLogin = new RecentMap<string, number>(REMEMBERED);
  readonly #indexes: WriterIndexes;
  readonly #sql;

  constructor(db: DatabaseSync, indexes: WriterIndexes) {
    this.#indexes = indexes;
    this.#sql = {
      select: db.prepare("SELECT login, display_name FROM users WHERE id = ?"),
      selectByLogin: db.prepare("SELECT id, last_at FROM users WHERE login = ?"),
      lowest: db.prepare("SELECT min(id) AS id FROM users"),
      insert: db.prepare("INSERT INTO users (id, login, display_name) VALUES (?, ?, ?)"),
      update: db.prepare("UPDATE users SET login = ?, display_name = ? WHERE id = ?"),
      selectName: db.prepare("SELECT id FROM user_names WHERE user_id = ? AND login = ? AND name = ?"),
      insertName: db.prepare(
        "INSERT INTO user_names (user_id, login, name, first_at, last_at) VALUES (?, ?, ?, ?, ?)",
      ),
      selectNames: db.prepare("SELECT id FROM user_names WHERE user_id = ? AND login = ?"),
      touchName: db.prepare(`
        UPDATE user_names
        SET first_at = min(first_at, ?1), last_at = max(last_at, ?1)
        WHERE id = ?2`),
    };
  }

  /** Clears the caches. Call it after a rollback. */
  forget(): void {
    this.#known.clear();
    this.#byLogin.clear();
  }

  /**
   * Returns the user's id, and creates or renames the user as needed. An author without a Twitch id is the user who has
   * that login now, else a new user with a negative id.
   */
  resolve(author: Author, at: number): number {
    const id = author.userId ?? this.#idByLogin(author.login);
    if (id === undefined) {
      const made = Math.min(0, Number(this.#sql.lowest.get()!.id ?? 0)) - 1;
      this.#create(made, author, at);
      return made;
    }
    const known = this.#known.get(id) ?? this.#load(id);
    if (known === undefined) this.#create(id, author, at);
    else if (
      known.login !== author.login || (author.displayName || known.displayName) !== known.displayName
    ) {
      this.#rename(id, known, author, at);
    }
    return id;
  }

  /** The same for an author seen in the past: a known user keeps the present name. */
  resolvePast(author: Author, at: number): number {
    const id = author.userId ?? this.#idByLogin(author.login);
    const known = id === undefined ? undefined : this.#known.get(id) ?? this.#load(id);
    if (id === undefined || !known) return this.resolve(author, at);
    const displayName = author.displayName ||
      (known.login === author.login ? known.displayName : author.login);
    this.#name(id, author.login, displayName, at);
    return id;
  }

  #idByLogin(login: string): number | undefined {
    const remembered = this.#byLogin.get(login);
    if (remembered !== undefined) return remembered;
    const rows = this.#sql.selectByLogin.all(login) as { id: number; last_at: number | null }[];
    rows.sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0));
    if (rows[0]) this.#byLogin.set(login, rows[0].id);
    return rows[0]?.id;
  }

  #load(id: number): Known | undefined {
    const row = this.#sql.select.get(id);
    if (!row) return undefined;
    const known = { login: row.login as string, displayName: row.display_name as string };
    this.#known.set(id, known);
    return known;
  }

  #create(id: number, author: Author, at: number): void {
    const { login } = author;
    const displayName = author.displayName || login;
    this.#sql.insert.run(id, login, displayName);
    this.#name(id, login, displayName, at);
    this.#remember(id, login, displayName);
  }

  #rename(id: number, known: Known, author: Author, at: number): void {
    const { login } = author;
    const displayName = author.displayName || (known.login === login ? known.displayName : login);
    if (known.login !== login) this.#touchNames(id, known.login, at);
    this.#sql.update.run(login, displayName, id);
    this.#name(id, login, displayName, at);
    this.#remember(id, login, displayName);
  }

  /** Keeps one row for each login and folded display name, with the time span of the login. */
  #name(id: number, login: string, displayName: string, at: number): void {
    const name = foldName(displayName);
    const row = this.#sql.selectName.get(id, login, name);
    if (row) return this.#touchNames(id, login, at);
    const made = Number(this.#sql.insertName.run(id, login, name, at, at).lastInsertRowid);
    this.#indexes.insert("names_index", made, termsOfName(login, name));
  }

  /**
   * One row at a time: a statement that may change several rows begins a savepoint, at which FTS5 writes all terms of the
   * transaction so far, which takes 5 ms.
   */
  #touchNames(id: number, login: string, at: number): void {
    for (const name of this.#sql.selectNames.all(id, login)) this.#sql.touchName.run(at, name.id!);
  }

  #remember(id: number, login: string, displayName: string): void {
    this.#known.set(id, { login, displayName });
    this.#byLogin.set(login, id);
  }
}
