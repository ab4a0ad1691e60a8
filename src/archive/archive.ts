/**
 * The contract of an archive, for any storage engine. Times are epoch milliseconds, message ids those of `chat/ids.ts`.
 * Readers run on other threads, so reading is asynchronous. The writer has one owner and is synchronous, except for
 * batches and coverage, which can also be handed over without waiting. Errors are `AppError`s.
 */
import type { Received, StoredEvent } from "../chat/events.ts";
import type { SearchQuery } from "../search/query.ts";
import type { MaintenanceWriter, Retention } from "./maintenance.ts";
import type { Gap } from "../chat/coverage.ts";
import type { CoverageReader, CoverageWriter } from "./coverage.ts";
import type { Place } from "../chat/place.ts";
import type { BatchCall, BatchResults } from "./reader_batch.ts";

/** A Twitch channel in the archive. */
export interface Channel {
  /** The archive's own number of the channel, from 1. */
  id: number;
  /** The present login. */
  login: string;
  /** Twitch's id, known after the first line that has it. */
  twitchId?: number;
  /** Whether it is to be recorded. */
  enabled: boolean;
  /** Whether it was removed from the list without its messages. */
  hidden: boolean;
  /** Whether it is being deleted with its messages. */
  deleting: boolean;
  /** When it was added. */
  createdAt: number;
  /** Number of events of every kind, a few seconds old at most. */
  messages: number;
  /** Time of the first event. */
  firstAt?: number;
  /** Time of the last event. */
  lastAt?: number;
  /** Former logins, newest first. */
  earlierLogins: string[];
  /** Limits of what is kept; missing if everything is. */
  retention?: Retention;
}

/** A Twitch user in the archive. */
export interface User {
  /** Twitch's id, or a negative number if only the login is known. */
  id: number;
  /** The last login that was seen. */
  login: string;
  /** The last display name that was seen. */
  displayName: string;
  /** Number of messages, actions and notices, a few seconds old at most. */
  messages: number;
  /** Time of the first one. */
  firstAt?: number;
  /** Time of the last one. */
  lastAt?: number;
}

/** A login of a user, and the time in which it was seen. */
export interface NameSpan {
  /** The login. */
  login: string;
  /** When it was seen first. */
  firstAt: number;
  /** When it was seen last. */
  lastAt: number;
}

/** A channel in which a user wrote. */
export interface UserChannel {
  /** The archive's id of the channel. */
  channelId: number;
  /** The channel's present login. */
  login: string;
  /** Number of the user's messages there. */
  messages: number;
  /** Time of the last one. */
  lastAt: number;
}

/** A user with former names and channels. */
export interface UserProfile extends User {
  /** All logins, newest first, with the present one. */
  names: NameSpan[];
  /** At most 100, most messages first. */
  channels: UserChannel[];
  /** The last colour that the user chose. */
  color?: string;
}

/** Selects events, and a page of them. All conditions must hold. `channelId`, `userId` or `search` must be given. */
export interface TimelineQuery {
  /** Events of this channel. */
  channelId?: number;
  /** Events of this user. */
  userId?: number;
  /** Events whose text matches. */
  search?: SearchQuery;
  /** Events received at or after this time. */
  from?: number;
  /** Events received before this time. */
  to?: number;
  /** The position of the page; the newest events if missing. */
  place?: Place;
  /** 1 to 200. */
  limit: number;
  /** Whether to return the gaps of the channel among the rows. Needs `channelId`. */
  gaps?: boolean;
}

/** A page of events. */
export interface TimelinePage {
  /** Newest first, in either direction of reading. */
  events: StoredEvent[];
  /** Whether there are more events beyond the page in the direction of reading: newer ones `after` an id, else older ones. */
  more: boolean;
  /** For a page `around` an id: whether there are newer events, too. */
  moreNewer?: boolean;
  /** Set if the time budget ended the search: nothing beyond this id was searched. */
  stoppedAt?: number;
  /** With `stoppedAt`: how many of the events to skip were found. */
  skipped?: number;
  /** If `gaps` was set: the gaps by time, not cut to the page. */
  gaps?: Gap[];
}

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

/** Number of events of a channel in one minute. Minutes without events have no entry. */
export interface MinuteCount {
  /** Minutes since the Unix epoch. */
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
export interface ArchiveReader extends CoverageReader, AsyncDisposable {
  /** Known faults. Does not access the store. */
  faults(): readonly ArchiveFault[];
  /** Channels by login: also those being deleted, but not hidden ones. */
  channels(): Promise<Channel[]>;
  /** The channel with this id, also a hidden one. */
  channel(id: number): Promise<Channel | undefined>;
  /** The channel with this login, or else the one that had it last. */
  channelByLogin(login: string): Promise<Channel | undefined>;
  /** Channels whose login begins with the text, then those whose login contains it; most messages first. */
  searchChannels(text: string, limit: number): Promise<Channel[]>;
  /** A page of events. */
  timeline(query: TimelineQuery): Promise<TimelinePage>;
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
  /** Sizes of the whole archive. */
  totals(): Promise<Totals>;
  /** Events of a channel by minute since a time, oldest first. */
  minutes(channelId: number, sinceMs: number): Promise<MinuteCount[]>;
  /** Makes several calls in one round trip; one reader answers them in their order. */
  batch<const C extends readonly BatchCall[]>(...calls: C): Promise<BatchResults<C>>;
}

/** The reason why the archive cannot be written if `attached` is false. */
export const DETACHED = "the database file was moved, deleted or replaced";

/** A position in the overflow file up to which its lines are stored. */
export interface OverflowPosition {
  /** The name in the first line of the file. */
  name: string;
  /** Bytes from the beginning of the file. */
  upto: number;
  /** Set if an earlier run wrote the lines. They are then evidence that the channels were recorded at their time. */
  isInherited?: true;
}

/** The result of a committed batch. */
export interface AppendResult {
  /** Stored events of the announced channels, by ascending id. */
  events: StoredEvent[];
  /** Number of rows that were not stored because they repeat the archive: ROOMSTATEs that change nothing. */
  repeated: number;
  /** Id of the last stored row. */
  lastId: number;
}

/** The outcome of a batch that was handed over. */
export type AppendOutcome =
  | { ok: true } & AppendResult
  | { ok: false; error: unknown }
  /** The batch was not tried, because the batch before it failed. */
  | { ok: false; skipped: true };

/** The only writer. Every method is one transaction: if it throws, nothing has changed. */
export interface ArchiveWriter extends CoverageWriter, MaintenanceWriter, Disposable {
  /**
   * Commits 1 to 10,000 events in the given order. Adds new users, authors and names, and marks messages that deletions,
   * timeouts and bans removed.
   * @param announce ids of the channels whose events are returned
   * @param overflowPosition for a batch from the overflow file: its end there, stored in the same transaction
   */
  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): AppendResult;
  /**
   * Like {@link append}, without waiting: calls `done` after the commit or the failure, in the order of the calls and
   * before any other method does its work. If a batch fails, those handed over behind it are skipped, so that no batch
   * overtakes a retry.
   */
  appendLater(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflowPosition: OverflowPosition | undefined,
    done: (outcome: AppendOutcome) => void,
  ): void;
  /** Waits until every batch that was handed over has ended. */
  settle(): void;
  /** Time of the newest message; 0 if there is none. */
  newestAt(): number;
  /**
   * Called once the time is certain. Removes coverage after `now`.
   * @param shiftMs correction of the time since the start. Events of this run without a time of their own are moved by it
   * @returns the number of messages ahead of `now`, and whether coverage has changed
   */
  setRight(now: number, shiftMs: number): { ahead: number; changed: boolean };
  /** The last position that `append` stored. */
  overflowPosition(): OverflowPosition | undefined;
  /** Channels by login, without hidden ones. */
  channels(): Channel[];
  /** Returns the channel with this login, and creates it if it does not exist. */
  createChannel(login: string, now: number): Channel;
  /** Enables or disables a channel; `undefined` if it does not exist. */
  setEnabled(id: number, enabled: boolean): Channel | undefined;
  /**
   * Stores Twitch's id of a login. If another channel has the id, the channel was renamed: it gets the login, and its
   * former login gets a row of its own without an id, if it was recorded. Waiting lines with the former login still go to
   * the room in which they were sent.
   */
  identifyChannel(login: string, twitchId: number, now: number): Channel;
  /**
   * Deletes a channel. Without its messages it is hidden: they stay searchable, and adding the login shows it again. With
   * its messages it is marked as deleting, and `maintain` deletes them.
   */
  deleteChannel(id: number, withMessages: boolean): void;
  /** Writes the counters that `append` has collected. Called every few seconds and at the end. */
  flushCounters(): void;
  /** Work for idle times: checkpoint and optimise. */
  tidy(): void;
  /** Whether the file at the archive's path is still the open one. False if it was moved, deleted or replaced. */
  attached(): boolean;
}
