/** Users as readers see them: profiles, and search by name. */
import type { DatabaseSync } from "node:sqlite";
import type { NameSpan, User, UserChannel, UserProfile } from "../archive.ts";
import { foldName, nameExpression } from "./names_index.ts";
import { matchExpression } from "./search_index.ts";

/** What counts as few and as many, in roots of users * limit: where the ways to find them take as long. */
const FEW = 1 / 3;
const MANY = 4 / 3;
const MOST_CHANNELS = 100;

const USER_COLUMNS = "id, login, display_name, messages, first_at, last_at";

/** How many names may fit, up to a bound. */
export const CANDIDATE_COUNT = `
  SELECT count(*) AS n
  FROM (
    SELECT rowid
    FROM names_index
    WHERE names_index MATCH ?
    LIMIT ?
  )`;

/** The folded text must be found at the first place (1), or anywhere (up to 1000). */
const NAME_FITS = `
    names_index MATCH :expression
    AND (instr(n.login, :wanted) BETWEEN 1 AND :place OR instr(n.name, :wanted) BETWEEN 1 AND :place)`.trim();

export const CANDIDATE_USERS = `
  SELECT u.id, u.messages
  FROM names_index
  CROSS JOIN user_names AS n ON n.id = names_index.rowid
  CROSS JOIN users AS u ON u.id = n.user_id
  WHERE ${NAME_FITS}`;

/** Those of them who wrote most; `users` itself is not read, only its index by messages. */
export const BUSIEST_CANDIDATES = `
  SELECT id, messages
  FROM users
  WHERE +id IN (
    SELECT n.user_id
    FROM names_index
    CROSS JOIN user_names AS n ON n.id = names_index.rowid
    WHERE ${NAME_FITS}
  )
  ORDER BY messages DESC
  LIMIT :limit`;

/**
 * The same, looking through those who wrote most: their present login first, then every name that they have or had.
 * Only of users whose present login does not fit the names are read.
 */
export const MOST_ACTIVE = `
  SELECT ${USER_COLUMNS}
  FROM users AS u
  WHERE instr(u.login, :wanted) BETWEEN 1 AND :place
    OR EXISTS (
      SELECT 1
      FROM user_names AS n
      WHERE n.user_id = u.id
        AND (instr(n.login, :wanted) BETWEEN 1 AND :place OR instr(n.name, :wanted) BETWEEN 1 AND :place)
    )
  ORDER BY messages DESC
  LIMIT :limit`;

/** Who has or had a display name, folded. */
export const USERS_NAMED = `
  SELECT u.id, u.display_name, u.last_at
  FROM names_index
  CROSS JOIN user_names AS n ON n.id = names_index.rowid
  CROSS JOIN users AS u ON u.id = n.user_id
  WHERE names_index MATCH ? AND n.name = ?`;

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

/** How somebody looked in their newest events. */
export const USER_LOOKS = `
  SELECT a.color
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN authors AS a ON a.id = m.author_id
  WHERE messages_index MATCH ?
  ORDER BY messages_index.rowid DESC
  LIMIT 50`;

/** The look that was met last for the first time. */
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
      // As good as the number of users, and known at once.
      nameCount: db.prepare("SELECT ifnull(max(id), 0) AS n FROM user_names"),
      candidateCount: db.prepare(CANDIDATE_COUNT),
      candidates: db.prepare(CANDIDATE_USERS),
      busiest: db.prepare(BUSIEST_CANDIDATES),
      mostActive: db.prepare(MOST_ACTIVE),
      usersNow: db.prepare(USERS_NOW),
      usersOnce: db.prepare(USERS_ONCE),
      names: db.prepare(USER_NAMES),
      channels: db.prepare(USER_CHANNELS),
      color: db.prepare(USER_COLOR),
      looks: db.prepare(USER_LOOKS),
      named: db.prepare(USERS_NAMED),
    };
  }

  /**
   * Among n users whose names fit, the first `limit` of those who wrote most are found after users * limit / n. So of few
   * all are read and sorted, of more they are looked for among those who wrote most, and of very many just those are read.
   */
  search(text: string, limit: number): User[] {
    const wanted = foldName(text.trim().replace(/^@/, ""));
    const place = [...wanted].length < 3 ? 1 : 1_000;
    if (wanted === "") return this.#active({ wanted, place, limit });
    const expression = nameExpression(wanted);
    const root = Math.sqrt(this.#sql.nameCount.get()!.n as number * limit);
    const candidates = this.#sql.candidateCount.get(expression, Math.ceil(root * MANY) + 1)!.n as number;
    if (candidates > root * MANY) return this.#active({ wanted, place, limit });
    const values = { expression, wanted, place };
    const rows = candidates > root * FEW
      ? this.#sql.busiest.all({ ...values, limit })
      : this.#sql.candidates.all(values);
    return [...new Map(rows.map((row) => [row.id as number, row.messages as number]))]
      .sort(([a, wrote], [b, more]) => more - wrote || a - b)
      .slice(0, limit)
      .map(([id]) => userOf(this.#sql.user.get(id) as unknown as UserRow));
  }

  #active(values: { wanted: string; place: number; limit: number }): User[] {
    return this.#sql.mostActive.all(values).map((row) => userOf(row as unknown as UserRow));
  }

  byId(id: number): UserProfile | undefined {
    const row = this.#sql.user.get(id) as unknown as UserRow | undefined;
    if (!row) return undefined;
    const user = userOf(row);
    return { ...user, names: this.#names(user), channels: this.#channels(id), color: this.#color(id) };
  }

  byLogin(login: string): UserProfile | undefined {
    const now = (this.#sql.usersNow.all(login) as unknown as UserRow[])
      .sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0));
    if (now[0]) return this.byId(now[0].id);
    const once = (this.#sql.usersOnce.all(login) as { user_id: number; last_at: number }[])
      .sort((a, b) => b.last_at - a.last_at);
    return once[0] && this.byId(once[0].user_id);
  }

  /** By login (see {@link byLogin}), else by display name: who has it now, else who had it. Case does not matter. */
  byName(name: string): UserProfile | undefined {
    return this.byLogin(name.toLowerCase()) ?? this.#byDisplayName(foldName(name));
  }

  #byDisplayName(name: string): UserProfile | undefined {
    if (name === "") return undefined;
    const rank = (user: Pick<UserRow, "display_name">) => foldName(user.display_name) === name ? 1 : 0;
    const [found] = (this.#sql.named.all(nameExpression(name), name) as unknown as UserRow[])
      .sort((a, b) => rank(b) - rank(a) || (b.last_at ?? 0) - (a.last_at ?? 0));
    return found && this.byId(found.id);
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

  /** The one that they wrote in last; events in which they have none (bans) or never chose one are passed over. */
  #color(id: number): string | undefined {
    const looks = this.#sql.looks.iterate(matchExpression({ userId: id })) as Iterable<
      { color: string | null }
    >;
    for (const { color } of looks) if (color) return color;
    return this.#sql.color.get(id)?.color as string | undefined;
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
