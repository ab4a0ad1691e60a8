/** Reads an archive, synchronously. */
import type { DatabaseSync } from "node:sqlite";
import type { Channel } from "../channel.ts";
import type { Chatters, ChattersQuery, Session, Topics } from "../statistics.ts";
import type { SavedSearch } from "../saved_search.ts";
import type { IndexUpgrade, MinuteCount, Totals } from "../reader.ts";
import type {
  CountProgress,
  CountQuery,
  Facets,
  Histogram,
  TimelinePage,
  TimelineQuery,
} from "../timeline.ts";
import type { User, UserProfile } from "../user.ts";
import type { Coverage, Missed } from "../coverage.ts";
import type { Gap } from "../../chat/coverage.ts";
import type { StoredEvent } from "../../chat/events.ts";
import { receivedAt } from "../../chat/ids.ts";
import { fold } from "../../search/text/tokens.ts";
import { auditReader } from "./access/audit_log.ts";
import { optOutReader } from "./access/opt_outs.ts";
import { tokenReader } from "./access/tokens.ts";
import { CHANNEL_LOGINS, channelOf, type ChannelRow, CHANNELS } from "./channels/channel_row.ts";
import { CoverageQueries } from "./coverage/coverage_queries.ts";
import { fileBytes, openForReading } from "./file/connection.ts";
import { inSnapshot } from "./file/transaction.ts";
import type { IndexName } from "./fts5/health.ts";
import { ChatterQueries } from "./statistics/chatters.ts";
import { SessionQueries } from "./statistics/sessions.ts";
import { UserQueries } from "./users/user_queries.ts";
import { Timeline } from "./messages/timeline.ts";
import { MINUTE_MS } from "../../clock.ts";

const MINUTES = `
  SELECT minute, messages
  FROM channel_minutes
  WHERE channel_id = ? AND minute >= ?
  ORDER BY minute`;

const UPGRADE = `
  SELECT terms_from, (SELECT min(id) FROM messages) AS first, (SELECT max(id) FROM messages) AS last
  FROM archive`;

const FORMER_CHANNEL = `
  SELECT channel_id
  FROM channel_logins
  WHERE login = ?
  ORDER BY until_at DESC
  LIMIT 1`;

/** The methods of `ArchiveReader`, without promises. */
export class SqliteReader implements Disposable {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #timeline: Timeline;
  readonly #users: UserQueries;
  readonly #coverage: CoverageQueries;
  readonly #chatters: ChatterQueries;
  readonly #sessions: SessionQueries;
  readonly #sql;
  readonly tokens;
  readonly optOuts;
  readonly auditLog;

  /** @throws AppError wrong_file, unavailable (also if there is no file yet) */
  constructor(path: string) {
    this.#path = path;
    const db = this.#db = openForReading(path);
    this.#timeline = new Timeline(db);
    this.#users = new UserQueries(db);
    this.#coverage = new CoverageQueries(db);
    this.#chatters = new ChatterQueries(db, () => this.#timeline.isIndexed());
    this.#sessions = new SessionQueries(db);
    this.tokens = tokenReader(db);
    this.optOuts = optOutReader(db);
    this.auditLog = auditReader(db);
    this.#sql = {
      channels: db.prepare(CHANNELS),
      channelLogins: db.prepare(CHANNEL_LOGINS),
      formerChannel: db.prepare(FORMER_CHANNEL),
      users: db.prepare("SELECT count(*) AS n FROM users"),
      minutes: db.prepare(MINUTES),
      upgrade: db.prepare(UPGRADE),
      savedSearches: db.prepare("SELECT name, search, saved_at AS savedAt FROM saved_searches ORDER BY name"),
    };
  }

  channels(): Channel[] {
    return this.#allChannels().filter((channel) => !channel.hidden);
  }

  #allChannels(): Channel[] {
    const earlier = new Map<number, string[]>();
    for (const row of this.#sql.channelLogins.all()) {
      const id = row.channel_id as number;
      earlier.set(id, [...earlier.get(id) ?? [], row.login as string]);
    }
    return this.#sql.channels.all().map((row) => {
      const channel = row as unknown as ChannelRow;
      return channelOf(channel, earlier.get(channel.id) ?? []);
    });
  }

  channel(id: number): Channel | undefined {
    return this.#allChannels().find((channel) => channel.id === id);
  }

  channelByLogin(login: string): Channel | undefined {
    const present = this.#allChannels().find((channel) => channel.login === login);
    // A channel without an id and messages only waits for its first line: prefer the channel that had the login before.
    if (present && (present.twitchId !== undefined || present.messages > 0)) return present;
    const former = this.#sql.formerChannel.get(login);
    return (former && this.channel(former.channel_id as number)) ?? present;
  }

  searchChannels(text: string, limit: number): Channel[] {
    const wanted = fold(text.trim()).replace(/^[#@]/, "");
    const rank = (channel: Channel) => {
      const logins = [channel.login, ...channel.earlierLogins];
      if (logins.some((login) => login.startsWith(wanted))) return 0;
      return logins.some((login) => login.includes(wanted)) ? 1 : 2;
    };
    return this.channels()
      .map((channel) => ({ channel, rank: rank(channel) }))
      .filter((found) => found.rank < 2)
      .sort((a, b) => a.rank - b.rank || b.channel.messages - a.channel.messages)
      .slice(0, limit)
      .map((found) => found.channel);
  }

  timeline(query: TimelineQuery): TimelinePage {
    const page = this.#timeline.page(query);
    return query.gaps && query.channelId !== undefined
      ? { ...page, gaps: this.#coverage.gapsAmong(query.channelId, query, page) }
      : page;
  }

  histogram(query: CountQuery, maxBars: number, exact?: CountProgress): Histogram | undefined {
    return this.#timeline.histogram(query, maxBars, exact);
  }

  facets(query: CountQuery): Facets | undefined {
    return this.#timeline.facets(query);
  }

  chatters(query: ChattersQuery, limit: number): Chatters {
    return inSnapshot(this.#db, () => this.#chatters.chatters(query, limit));
  }

  topics(query: CountQuery): Topics | undefined {
    return this.#timeline.topics(query);
  }

  words(prefix: string, limit: number): [word: string, messages: number][] {
    return this.#timeline.words(prefix, limit);
  }

  emotes(prefix: string, limit: number): [name: string, messages: number][] {
    return this.#timeline.emotes(prefix, limit);
  }

  frequencies(words: readonly string[]): number[] {
    return this.#timeline.frequencies(words);
  }

  indexUpgrade(): IndexUpgrade | undefined {
    const { terms_from, first, last } = this.#sql.upgrade.get()! as Record<string, number | null>;
    if (!terms_from || first === null || first! >= terms_from) return undefined;
    return { from: receivedAt(terms_from), share: Math.max(0, (last! - terms_from) / (last! - first!)) };
  }

  event(id: number): StoredEvent | undefined {
    return this.#timeline.event(id);
  }

  searchUsers(text: string, limit: number): User[] {
    return this.#users.search(text, limit);
  }

  user(id: number): UserProfile | undefined {
    return this.#users.byId(id);
  }

  userByLogin(login: string): UserProfile | undefined {
    return this.#users.byLogin(login);
  }

  userByName(name: string): UserProfile | undefined {
    return this.#users.byName(name);
  }

  savedSearches(): SavedSearch[] {
    return this.#sql.savedSearches.all() as unknown as SavedSearch[];
  }

  totals(): Totals {
    this.#timeline.checkIndex();
    this.#users.checkIndex();
    const channels = this.#allChannels();
    return {
      messages: channels.reduce((sum, channel) => sum + channel.messages, 0),
      users: this.#sql.users.get()!.n as number,
      channels: channels.filter((channel) => !channel.hidden).length,
      bytes: fileBytes(this.#path),
    };
  }

  minutes(channelId: number, sinceMs: number, every = 1): MinuteCount[] {
    const counts: MinuteCount[] = [];
    for (const row of this.#sql.minutes.all(channelId, Math.floor(sinceMs / MINUTE_MS))) {
      const minute = Math.floor(row.minute as number / every) * every;
      const last = counts.at(-1);
      if (last?.minute === minute) last.messages += row.messages as number;
      else counts.push({ minute, messages: row.messages as number });
    }
    return counts;
  }

  sessions(query: ChattersQuery, limit: number): Session[] {
    return this.#sessions.sessions(query, limit);
  }

  coverage(channelId: number, from: number, to: number): Coverage {
    return this.#coverage.coverage(channelId, from, to);
  }

  gaps(channelId: number, from: number, to: number): Gap[] {
    return this.#coverage.gaps(channelId, from, to);
  }

  missed(channelId: number | undefined, from: number, to: number): Missed[] {
    return this.#coverage.missed(channelId, from, to);
  }

  /** The last reason why each index could not be used, if there was one. */
  indexFaults(): Partial<Record<IndexName, string>> {
    return { messages_index: this.#timeline.indexFault, names_index: this.#users.indexFault };
  }

  /** Why the pages of the message index cannot be read, so that searches are slower. */
  unreadableIndex(): string | undefined {
    return this.#timeline.unreadableIndex;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
