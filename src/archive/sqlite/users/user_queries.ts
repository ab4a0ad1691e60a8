/** User profiles and the search for users by name, for readers. */
import type { DatabaseSync } from "node:sqlite";
import {
  MAX_PROFILE_CHANNELS,
  type NameSpan,
  type User,
  type UserChannel,
  type UserProfile,
} from "../../user.ts";
import { indexFaultOf, IndexHealth, LazyStatement } from "../fts5/health.ts";
import { foldName, nameExpression } from "./name_index.ts";
import {
  BUSIEST_CANDIDATES,
  CANDIDATE_COUNT,
  CANDIDATE_USERS,
  FORMER_USERS,
  MAX_ACTIVE,
  PRESENT_USERS,
  USER_CHANNELS,
  USER_COLOR,
  USER_COLORS,
  USER_COLUMNS,
  USER_NAMES,
  USERS_NAMED,
  USERS_NAMED_SCANNED,
} from "./user_statements.ts";
import { matchExpression } from "../search/terms.ts";
import { AppError } from "../../../chat/errors.ts";

/**
 * The limits between few, more and many candidates, in units of sqrt(names * limit). At these limits two strategies of
 * {@link UserQueries.search} take the same time.
 */
const FEW = 1 / 3;
const MANY = 4 / 3;

interface UserRow {
  id: number;
  login: string;
  display_name: string;
  messages: number;
  first_at: number | null;
  last_at: number | null;
}

export class UserQueries {
  readonly #health: IndexHealth;
  readonly #messagesHealth: IndexHealth;
  readonly #sql;
  /** The last reason why the name index could not be used. */
  indexFault: string | undefined;

  constructor(db: DatabaseSync) {
    this.#health = new IndexHealth(db, "names_index");
    this.#messagesHealth = new IndexHealth(db, "messages_index");
    this.#sql = {
      user: db.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ?`),
      // An estimate of the number of users that takes no scan.
      nameCount: db.prepare("SELECT ifnull(max(id), 0) AS n FROM user_names"),
      candidateCount: new LazyStatement(db, CANDIDATE_COUNT),
      candidates: new LazyStatement(db, CANDIDATE_USERS),
      busiest: new LazyStatement(db, BUSIEST_CANDIDATES),
      mostActive: db.prepare(MAX_ACTIVE),
      presentUsers: db.prepare(PRESENT_USERS),
      formerUsers: db.prepare(FORMER_USERS),
      names: db.prepare(USER_NAMES),
      channels: db.prepare(USER_CHANNELS),
      color: db.prepare(USER_COLOR),
      colors: new LazyStatement(db, USER_COLORS),
      named: new LazyStatement(db, USERS_NAMED),
      namedScanned: db.prepare(USERS_NAMED_SCANNED),
    };
  }

  /** Checks whether the name index can be used. */
  checkIndex(): void {
    this.indexFault = this.#health.fault() ?? this.indexFault;
  }

  /**
   * The `limit` most active users whose name contains the text; with fewer than 3 characters, whose name begins with it.
   *
   * If the names of n users match, a scan of all users by activity finds `limit` of them after users * limit / n rows. So
   * few candidates are all read and sorted, more are looked up in the order of activity, and with very many (or without
   * a usable name index) the users themselves are scanned by activity.
   */
  search(text: string, limit: number): User[] {
    const wanted = foldName(text.trim().replace(/^@/, ""));
    const place = [...wanted].length < 3 ? 1 : 1_000;
    if (wanted === "") return this.#active({ wanted, place, limit });
    return this.#withNames(
      () => this.#byIndex(wanted, place, limit),
      () => this.#active({ wanted, place, limit }),
    );
  }

  /** Runs `byIndex`, or `otherwise` if the name index cannot be used. */
  #withNames<T>(byIndex: () => T, otherwise: () => T): T {
    try {
      const unusable = this.#health.fault();
      if (unusable !== undefined) throw new AppError("index_unusable", unusable);
      return byIndex();
    } catch (error) {
      this.indexFault = indexFaultOf(error).message;
      return otherwise();
    }
  }

  #byIndex(wanted: string, place: number, limit: number): User[] {
    const expression = nameExpression(wanted);
    const root = Math.sqrt(this.#sql.nameCount.get()!.n as number * limit);
    const candidates = this.#sql.candidateCount.statement.get(expression, Math.ceil(root * MANY) + 1)!
      .n as number;
    if (candidates > root * MANY) return this.#active({ wanted, place, limit });
    const values = { expression, wanted, place };
    const rows = candidates > root * FEW
      ? this.#sql.busiest.statement.all({ ...values, limit })
      : this.#sql.candidates.statement.all(values);
    return [...new Map(rows.map((row) => [row.id as number, row.messages as number]))]
      .sort(([a, messagesOfA], [b, messagesOfB]) => messagesOfB - messagesOfA || a - b)
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

  /** The user with this login, else the last one who had it. */
  byLogin(login: string): UserProfile | undefined {
    const [present] = (this.#sql.presentUsers.all(login) as unknown as UserRow[])
      .sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0));
    if (present) return this.byId(present.id);
    const [former] = (this.#sql.formerUsers.all(login) as { user_id: number; last_at: number }[])
      .sort((a, b) => b.last_at - a.last_at);
    return former && this.byId(former.user_id);
  }

  /** The user by login (see {@link byLogin}), else by display name, the present one before earlier ones. Ignores case. */
  byName(name: string): UserProfile | undefined {
    return this.byLogin(name.toLowerCase()) ?? this.#byDisplayName(foldName(name));
  }

  #byDisplayName(name: string): UserProfile | undefined {
    if (name === "") return undefined;
    const rank = (user: Pick<UserRow, "display_name">) => foldName(user.display_name) === name ? 1 : 0;
    const rows = this.#withNames(
      () => this.#sql.named.statement.all(nameExpression(name), name),
      () => this.#sql.namedScanned.all(name),
    );
    const [found] = (rows as unknown as UserRow[])
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

  /** The colour of the user's newest event that has one; bans have none, nor have users who never chose a colour. */
  #color(id: number): string | undefined {
    try {
      if (this.#messagesHealth.fault() === undefined) {
        const colors = this.#sql.colors.statement.all(matchExpression({ userId: id }));
        const color = colors.find(({ color }) => color)?.color;
        if (color) return color as string;
      }
    } catch (error) {
      // Timelines report that the index is damaged; the colour of the newest author row is good enough here.
      indexFaultOf(error);
    }
    return this.#sql.color.get(id)?.color as string | undefined;
  }

  #channels(userId: number): UserChannel[] {
    return this.#sql.channels.all(userId)
      .map((row) => ({
        channelId: row.channel_id as number,
        login: row.login as string,
        messages: row.messages as number,
      }))
      .sort((a, b) => b.messages - a.messages)
      .slice(0, MAX_PROFILE_CHANNELS);
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
