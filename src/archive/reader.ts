/**
 * The contract of an archive for those who read it, for any storage engine. Readers run on other threads, so calls are
 * asynchronous. Times are epoch milliseconds, message ids those of `chat/ids.ts`. Errors are `AppError`s.
 */
import type { StoredEvent } from "../chat/events.ts";
import type { AccessReader } from "./access/access.ts";
import type { Channel } from "./channel.ts";
import type { CoverageReader } from "./coverage.ts";
import type { EmoteReader } from "./emotes.ts";
import type { LogReader } from "./log.ts";
import type { ChatterQuery, Chatters, ChattersQuery, Session, Topics } from "./statistics.ts";
import type { HighlightRule } from "./saved/highlight_rule.ts";
import type { SavedSearch } from "./saved/saved_search.ts";
import type { BatchCall, BatchResults } from "./reader_batch.ts";
import type {
  CountProgress,
  CountQuery,
  Facets,
  Histogram,
  TimelinePage,
  TimelineQuery,
} from "./timeline.ts";
import type { User, UserProfile } from "./user.ts";
import type { Webhook } from "./saved/webhook.ts";

/** Sizes of the whole archive. */
export interface Totals {
  /** Number of events of every kind. */
  messages: number;
  /** Number of users. */
  users: number;
  /** Number of channels that are not hidden. */
  channels: number;
  /** Bytes of the file and its write-ahead log. */
  bytes: number;
}

/** An index that is being upgraded, newest messages first. */
export interface IndexUpgrade {
  /** Messages from this time on are done. */
  from: number;
  /** Their share of all messages by time, 0 to 1. */
  share: number;
}

/** Number of events of a channel in one minute, or in several. Spans without events have no entry. */
export interface MinuteCount {
  /** The first minute, in minutes since the Unix epoch. */
  minute: number;
  /** Number of events. */
  messages: number;
}

/** A fault of the archive that readers have met since they were opened. */
export interface ArchiveFault {
  /**
   * - `index`: a search index cannot be used
   * - `slow index`: searches use the index in a slower way
   * - `damage`: a query failed on a damaged page
   */
  kind: "index" | "slow index" | "damage";
  /** The fault and its time, without a full stop. */
  sentence: string;
}

/** Reads an archive while it is written. Calls reject with `too_slow` after their deadline, or `damaged`. */
export interface ArchiveReader extends CoverageReader, AccessReader, EmoteReader, LogReader, AsyncDisposable {
  /** Known faults. Does not access the store. */
  faults(): readonly ArchiveFault[];
  /** Channels by login: also those being deleted, but not hidden ones. */
  channels(): Promise<Channel[]>;
  /** The channel with this id, also a hidden one. */
  channel(id: number): Promise<Channel | undefined>;
  /** The channel with this login, or else the one that had it last. */
  channelByLogin(login: string): Promise<Channel | undefined>;
  /** The channel with this id of Twitch, also a hidden one. */
  channelByTwitchId(twitchId: number): Promise<Channel | undefined>;
  /** Channels whose login begins with the text, then those whose login contains it; most messages first. */
  searchChannels(text: string, limit: number): Promise<Channel[]>;
  /** A page of events. */
  timeline(query: TimelineQuery): Promise<TimelinePage>;
  /**
   * Counts events by time: exactly if the index decides which events match or if few are candidates, else as an estimate.
   * Undefined if that is not possible quickly.
   * @param maxBars at least 1
   * @param exact counts every match, as far as there is time; see `Histogram.stoppedAt`
   */
  histogram(query: CountQuery, maxBars: number, exact?: CountProgress): Promise<Histogram | undefined>;
  /** The channels, users, facts and emotes that are most frequent among the newest matches. */
  facets(query: CountQuery): Promise<Facets | undefined>;
  /**
   * The most frequent words that begin with a text, most frequent first, with approximate numbers of messages. If the
   * text is short, rare words are missing.
   * @param prefix folded, at least one letter or digit
   */
  words(prefix: string, limit: number): Promise<[word: string, messages: number][]>;
  /** The same for the names of Twitch emotes, lower case. @param prefix lower case, letters, digits and `_` */
  emotes(prefix: string, limit: number): Promise<[name: string, messages: number][]>;
  /** Approximately how many messages have each of these folded words. */
  frequencies(words: readonly string[]): Promise<number[]>;
  /** The people who wrote in a span of a channel. @param limit maximum number of people to name */
  chatters(query: ChatterQuery, limit: number): Promise<Chatters>;
  /** Words that the newest matches have more often than others. Undefined if the index cannot be used. */
  topics(query: CountQuery): Promise<Topics | undefined>;
  /** How far the index of an archive of an earlier version is upgraded; undefined if it is complete. */
  indexUpgrade(): Promise<IndexUpgrade | undefined>;
  /** The event with this id. */
  event(id: number): Promise<StoredEvent | undefined>;
  /** Users with a name, also a former one, that begins with or contains the text; most messages first. Empty text: all. */
  searchUsers(text: string, limit: number): Promise<User[]>;
  /** The user with this id. */
  user(id: number): Promise<UserProfile | undefined>;
  /** The user with this login, or else the one who had it last. */
  userByLogin(login: string): Promise<UserProfile | undefined>;
  /**
   * The user with this login or else display name, or else the one who had it last. Case, accents and spaces of a display
   * name are ignored.
   */
  userByName(name: string): Promise<UserProfile | undefined>;
  /** The saved searches, by name. */
  savedSearches(): Promise<SavedSearch[]>;
  /** The webhooks, by id. */
  webhooks(): Promise<Webhook[]>;
  /** The highlight rules for all readers, the oldest first. */
  highlightRules(): Promise<HighlightRule[]>;
  /** Sizes of the whole archive. */
  totals(): Promise<Totals>;
  /** Events of a channel since a time, oldest first. @param every the width of a count in minutes, 1 by default */
  minutes(channelId: number, sinceMs: number, every?: number): Promise<MinuteCount[]>;
  /** The last streams of a channel that began in a span, newest first. */
  sessions(query: ChattersQuery, limit: number): Promise<Session[]>;
  /** Makes several calls in one round trip; one reader answers them in their order. */
  batch<const C extends readonly BatchCall[]>(...calls: C): Promise<BatchResults<C>>;
}
