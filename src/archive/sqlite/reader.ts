/** Reads an archive, synchronously. */
import type { DatabaseSync } from "node:sqlite";
import type { Channel } from "../channel.ts";
import type { ChatterQuery, Chatters, ChattersQuery, Session, Topics } from "../statistics.ts";
import type { Identities } from "../access/opt_out.ts";
import type { LogPage, LogQuery } from "../log.ts";
import type { IndexUpgrade, Totals } from "../reader.ts";
import type {
  CountProgress,
  CountQuery,
  Facets,
  Histogram,
  TimelinePage,
  TimelineQuery,
} from "../timeline.ts";
import type { StoredPicture } from "../emotes.ts";
import type { DatedEmote } from "../../chat/set_emotes.ts";
import type { User, UserProfile } from "../user.ts";
import type { Coverage, Missed } from "../coverage.ts";
import type { Gap } from "../../chat/coverage.ts";
import type { StoredEvent } from "../../chat/events.ts";
import { receivedAt } from "../../chat/ids.ts";
import { auditReader } from "./access/audit_log.ts";
import { optOutReader } from "./access/opt_outs.ts";
import { tokenReader } from "./access/tokens.ts";
import { ChannelQueries } from "./channels/channel_queries.ts";
import { CoverageQueries } from "./coverage/coverage_queries.ts";
import { EmoteQueries } from "./emotes/emote_queries.ts";
import { openForReading } from "./file/connection.ts";
import { fileBytes } from "./file/sizes.ts";
import { highlightRuleReader } from "./saved/highlight_rules.ts";
import { savedSearchReader } from "./saved/saved_searches.ts";
import { webhookReader } from "./saved/webhooks.ts";
import { inSnapshot } from "./file/transaction.ts";
import type { IndexName } from "./fts5/health.ts";
import { ChatterQueries } from "./statistics/chatters.ts";
import { minuteReader } from "./statistics/minutes.ts";
import { SessionQueries } from "./statistics/sessions.ts";
import { UserQueries } from "./users/user_queries.ts";
import { LogFacts } from "./log/log_facts.ts";
import { Timeline } from "./messages/timeline.ts";

const UPGRADE = `
  SELECT terms_from, (SELECT min(id) FROM messages) AS first, (SELECT max(id) FROM messages) AS last
  FROM archive`;

/** The methods of `ArchiveReader`, without promises. */
export class SqliteReader implements Disposable {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #channels: ChannelQueries;
  readonly #timeline: Timeline;
  readonly #users: UserQueries;
  readonly #coverage: CoverageQueries;
  readonly #chatters: ChatterQueries;
  readonly #sessions: SessionQueries;
  readonly #emotes: EmoteQueries;
  readonly #logFacts: LogFacts;
  readonly #sql;
  readonly tokens;
  readonly optOuts;
  readonly auditLog;
  readonly savedSearches;
  readonly webhooks;
  readonly highlightRules;
  readonly minutes;

  /**
   * @param options.deadlineIn makes the deadline of each search, for tests
   * @throws AppError wrong_file, unavailable (also if there is no file yet)
   */
  constructor(path: string, options?: ConstructorParameters<typeof Timeline>[1]) {
    this.#path = path;
    const db = this.#db = openForReading(path);
    this.#channels = new ChannelQueries(db);
    this.#timeline = new Timeline(db, options);
    this.#users = new UserQueries(db);
    this.#coverage = new CoverageQueries(db);
    this.#chatters = new ChatterQueries(db, () => this.#timeline.isIndexed());
    this.#sessions = new SessionQueries(db);
    this.#emotes = new EmoteQueries(db);
    this.#logFacts = new LogFacts(db);
    this.tokens = tokenReader(db);
    this.optOuts = optOutReader(db);
    this.auditLog = auditReader(db);
    this.savedSearches = savedSearchReader(db);
    this.webhooks = webhookReader(db);
    this.minutes = minuteReader(db);
    this.highlightRules = highlightRuleReader(db);
    this.#sql = {
      users: db.prepare("SELECT count(*) AS n FROM users"),
      upgrade: db.prepare(UPGRADE),
    };
  }

  channels(): Channel[] {
    return this.#channels.listed();
  }

  channel(id: number): Channel | undefined {
    return this.#channels.byId(id);
  }

  channelByLogin(login: string): Channel | undefined {
    return this.#channels.byLogin(login);
  }

  channelByTwitchId(twitchId: number): Channel | undefined {
    return this.#channels.byTwitchId(twitchId);
  }

  searchChannels(text: string, limit: number): Channel[] {
    return this.#channels.search(text, limit);
  }

  timeline(query: TimelineQuery): TimelinePage {
    const page = this.#timeline.page(query);
    return query.gaps && query.channelId !== undefined
      ? { ...page, gaps: this.#coverage.gapsAmong(query.channelId, query, page) }
      : page;
  }

  log(query: LogQuery): LogPage {
    return this.#timeline.logs.page(query);
  }

  logVersion(channelId: number, from: number, to: number): string {
    return this.#logFacts.version(channelId, from, to);
  }

  logDays(channelId: number): number[] {
    return inSnapshot(this.#db, () => this.#logFacts.days(channelId));
  }

  logMonths(channelId: number, userId: number): number[] {
    return this.#timeline.logs.months(channelId, userId);
  }

  randomMessage(channelId: number, userId?: number, without?: Identities): number | undefined {
    return this.#timeline.logs.random(channelId, userId, without);
  }

  histogram(query: CountQuery, maxBars: number, exact?: CountProgress): Histogram | undefined {
    return this.#timeline.histogram(query, maxBars, exact);
  }

  facets(query: CountQuery): Facets | undefined {
    return this.#timeline.facets(query);
  }

  chatters(query: ChatterQuery, limit: number): Chatters {
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

  setEmotes(channelId: number | undefined): DatedEmote[] {
    return this.#emotes.setEmotes(channelId);
  }

  picture(name: string): StoredPicture | undefined {
    return this.#emotes.picture(name);
  }

  totals(): Totals {
    this.#timeline.checkIndex();
    this.#users.checkIndex();
    const channels = this.#channels.all();
    return {
      messages: channels.reduce((sum, channel) => sum + channel.messages, 0),
      users: this.#sql.users.get()!.n as number,
      channels: channels.filter((channel) => !channel.hidden).length,
      bytes: fileBytes(this.#path),
    };
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
