/** Users as readers see them: profiles, and search by name. */
import type { DatabaseSync } from "node:sqlite";
import type { NameSpan, User, UserChannel, UserProfile } from "../archive.ts";
import { foldName, nameExpression } from "./names_index.ts";

/** Up to so many candidates are read and sorted; of more, those who wrote most are looked through instead. */
const MOST_CANDIDATES = 2_000;
const MOST_CHANNELS = 100;

const USER_COLUMNS = "id, login, display_name, messages, first_at, last_at";

export const CANDIDATE_NAMES = `
  SELECT n.user_id, n.login, n.name
  FROM names_index
  CROSS JOIN user_names AS n ON n.id = names_index.rowid
  WHERE names_index MATCH ?
  LIMIT ?`;

export const MOST_ACTIVE = `
  SELECT ${USER_COLUMNS}
  FROM users
  ORDER BY messages DESC`;

export const USERS_NOW = `
  SELECT ${USER_COLUMNS}
  FROM users
  WHERE login = ?`;

export const USERS_ONCE = `
  SELECT user_id, last_at
  FROM user_names
  WHERE login = ?`;

export const USER_NAMES = `
  SELECT login, first_at, last_at
  FROM user_names
  WHERE user_id = ?`;

export const USER_CHANNELS = `
  SELECT uc.channel_id, c.login, uc.messages, uc.last_at
  FROM user_channels AS uc
  JOIN channels AS c ON c.id = uc.channel_id
  WHERE uc.user_id = ?`;

export const USER_COLOR = `
  SELECT color
  FROM authors
  WHERE user_id = ? AND color <> ''
  ORDER BY id DESC
  LIMIT 1`;

interface UserRow {
  id: number;
  login: string;
  display_name: string;
  messages: number;
  first_at: number | null;
  last_at: number | null;
}

export class People {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      user: db.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ?`),
      candidates: db.prepare(CANDIDATE_NAMES),
      mostActive: db.prepare(MOST_ACTIVE),
      usersNow: db.prepare(USERS_NOW),
      usersOnce: db.prepare(USERS_ONCE),
      names: db.prepare(USER_NAMES),
      channels: db.prepare(USER_CHANNELS),
      color: db.prepare(USER_COLOR),
    };
  }

  search(text: string, limit: number): User[] {
    const wanted = foldName(text.trim().replace(/^@/, ""));
    if (wanted === "") return this.#active(limit, () => true);
    const names = this.#sql.candidates.all(nameExpression(wanted), MOST_CANDIDATES + 1);
    const short = [...wanted].length < 3;
    const fits = (name: string) => short ? name.startsWith(wanted) : name.includes(wanted);
    if (names.length > MOST_CANDIDATES) {
      return this.#active(limit, (user) => fits(user.login) || fits(foldName(user.displayName)));
    }
    const ids = new Set<number>();
    for (const row of names) {
      if (fits(row.login as string) || fits(row.name as string)) ids.add(row.user_id as number);
    }
    const users = [...ids].map((id) => userOf(this.#sql.user.get(id) as unknown as UserRow));
    return users.sort((a, b) => b.messages - a.messages || a.id - b.id).slice(0, limit);
  }

  #active(limit: number, fits: (user: User) => boolean): User[] {
    const found: User[] = [];
    if (limit < 1) return found;
    for (const row of this.#sql.mostActive.iterate()) {
      const user = userOf(row as unknown as UserRow);
      if (fits(user)) found.push(user);
      if (found.length >= limit) break;
    }
    return found;
  }

  byId(id: number): UserProfile | undefined {
    const row = this.#sql.user.get(id) as unknown as UserRow | undefined;
    if (!row) return undefined;
    const user = userOf(row);
    const color = this.#sql.color.get(id)?.color as string | undefined;
    return { ...user, names: this.#names(user), channels: this.#channels(id), color };
  }

  byLogin(login: string): UserProfile | undefined {
    const now = (this.#sql.usersNow.all(login) as unknown as UserRow[])
      .sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0));
    if (now[0]) return this.byId(now[0].id);
    const once = (this.#sql.usersOnce.all(login) as { user_id: number; last_at: number }[])
      .sort((a, b) => b.last_at - a.last_at);
    return once[0] && this.byId(once[0].user_id);
  }

  #names(user: User): NameSpan[] {
    const spans = new Map<string, NameSpan>();
    for (const row of this.#sql.names.all(user.id)) {
      const login = row.login as string;
      const span = spans.get(login);
      const firstAt = Math.min(row.first_at as number, span?.firstAt ?? Infinity);
      const lastAt = Math.max(row.last_at as number, span?.lastAt ?? 0);
      spans.set(login, { login, firstAt, lastAt });
    }
    const present = spans.get(user.login);
    if (present && user.lastAt) present.lastAt = Math.max(present.lastAt, user.lastAt);
    return [...spans.values()].sort((a, b) =>
      Number(b.login === user.login) - Number(a.login === user.login) || b.lastAt - a.lastAt
    );
  }

  #channels(userId: number): UserChannel[] {
    return this.#sql.channels.all(userId)
      .map((row) => ({
        channelId: row.channel_id as number,
        login: row.login as string,
        messages: row.messages as number,
        lastAt: row.last_at as number,
      }))
      .sort((a, b) => b.messages - a.messages)
      .slice(0, MOST_CHANNELS);
  }
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    login: row.login,
    displayName: row.display_name,
    messages: row.messages,
    firstAt: row.first_at ?? undefined,
    lastAt: row.last_at ?? undefined,
  };
}
