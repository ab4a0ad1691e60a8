/**
 * What an archive does, whatever store is behind it. Instants are epoch milliseconds, ids those of `chat/ids.ts`.
 * Reading is asynchronous, because readers live on threads of their own. Writing has one owner, who waits for it; only
 * batches may also be handed over.
 */
import type { Received, StoredEvent } from "../chat/events.ts";
import type { SearchQuery } from "../search/query.ts";
import type { MaintenanceWriter, Retention } from "./maintenance.ts";
import type { Gap } from "../chat/coverage.ts";
import type { CoverageReader, CoverageWriter } from "./coverage.ts";
import type { Place } from "../chat/place.ts";
import type { BatchCall, BatchResults } from "./reader_batch.ts";

export interface Channel {
  /** The archive's own small number. */
  id: number;
  login: string;
  /** Twitch's id, once a line has carried it. */
  twitchId?: number;
  enabled: boolean;
  /** It has left the list, and its messages have stayed. */
  hidden: boolean;
  /** Its messages are being deleted, and it with them. */
  deleting: boolean;
  createdAt: number;
  /** Events of every kind, as counted up to a few seconds ago. */
  messages: number;
  firstAt?: number;
  lastAt?: number;
  /** Newest first, without the present one. */
  earlierLogins: string[];
  /** How much of it is kept; missing where everything is. */
  retention?: Retention;
}

export interface User {
  /** Twitch's id, or a negative number for somebody who is known by login only. */
  id: number;
  login: string;
  displayName: string;
  /** What they wrote (messages, actions, notices), as counted up to a few seconds ago. */
  messages: number;
  firstAt?: number;
  lastAt?: number;
}

/** A name that a user had from then to then. */
export interface NameSpan {
  login: string;
  firstAt: number;
  lastAt: number;
}

export interface UserChannel {
  channelId: number;
  login: string;
  messages: number;
  lastAt: number;
}

export interface UserProfile extends User {
  /** Newest first, the present one included. */
  names: NameSpan[];
  /** Most messages first, at most 100. */
  channels: UserChannel[];
  /** The newest colour that the user chose, if any. */
  color?: string;
}

/** Which events, and which page of them. All conditions must hold; at least one of the first three is given. */
export interface TimelineQuery {
  channelId?: number;
  userId?: number;
  search?: SearchQuery;
  /** Received at or after, and before. */
  from?: number;
  to?: number;
  /** The newest events by default. */
  place?: Place;
  /** 1 to 200. */
  limit: number;
  /** Also the gaps that began among the rows, of the one channel. */
  gaps?: boolean;
}

export interface TimelinePage {
  /** Newest first, whichever way was asked for. */
  events: StoredEvent[];
  /** Whether there are more events beyond the page in the direction of reading: newer ones `after` an id, else older ones. */
  more: boolean;
  /** Of a page `around` an id: whether there are newer events, too. */
  moreNewer?: boolean;
  /** Set if the time budget ended the search: nothing beyond this id was searched. */
  stoppedAt?: number;
  /** With `stoppedAt`: how many of the events to skip were found. */
  skipped?: number;
  /** Where they were asked for: by time, and uncut. */
  gaps?: Gap[];
}

export interface Totals {
  messages: number;
  users: number;
  channels: number;
  /** The file and its write-ahead log. */
  bytes: number;
}

/** The counts of one channel's last minutes (minutes since the Unix epoch), oldest first; silent ones are missing. */
export interface MinuteCount {
  minute: number;
  messages: number;
}

/** Something is wrong with the archive itself, as readers have met it since they were opened. */
export interface ArchiveFault {
  /**
   * - `index`: a search index cannot be used
   * - `slow index`: searches use it in a slower way
   * - `damage`: what was asked for could not be read
   */
  kind: "index" | "slow index" | "damage";
  /** What is wrong and since when, without a full stop. */
  sentence: string;
}

export interface ArchiveReader extends CoverageReader, AsyncDisposable {
  /** What is known to be wrong. Asks nothing of the store. */
  faults(): readonly ArchiveFault[];
  /** By login; those being deleted included, those that have left the list not. */
  channels(): Promise<Channel[]>;
  channel(id: number): Promise<Channel | undefined>;
  /** Also by an earlier login. */
  channelByLogin(login: string): Promise<Channel | undefined>;
  /** Login begins with, then contains, most messages first. */
  searchChannels(text: string, limit: number): Promise<Channel[]>;
  timeline(query: TimelineQuery): Promise<TimelinePage>;
  event(id: number): Promise<StoredEvent | undefined>;
  /** Any name (also an earlier one) begins with or contains `text`, most messages first; empty = the most active. */
  searchUsers(text: string, limit: number): Promise<User[]>;
  user(id: number): Promise<UserProfile | undefined>;
  /** Who has this login now, else who had it last. */
  userByLogin(login: string): Promise<UserProfile | undefined>;
  /**
   * By login, else by display name: who has it now, else who had it last. Case, accents and spaces of a display name do
   * not matter.
   */
  userByName(name: string): Promise<UserProfile | undefined>;
  totals(): Promise<Totals>;
  minutes(channelId: number, sinceMs: number): Promise<MinuteCount[]>;
  /** Makes several calls in one round trip; one reader answers them in their order. */
  batch<const C extends readonly BatchCall[]>(...calls: C): Promise<BatchResults<C>>;
}

/** Why the archive cannot be written where `attached` is false. */
export const DETACHED = "the database file was moved, deleted or replaced";

/** How far a file of lines that waited for the archive has been stored. */
export interface OverflowPosition {
  name: string;
  /** Bytes from its beginning. */
  upto: number;
  /** An earlier run wrote it: that it was heard is known by this alone. */
  isInherited?: true;
}

export interface AppendResult {
  /** The stored events of the channels that were asked for, by ascending id. */
  events: StoredEvent[];
  /** How many rows were not stored, because they repeat what the archive has: ROOMSTATEs that change nothing. */
  repeated: number;
  /** The id of the last row that was stored. */
  lastId: number;
}

export type AppendOutcome =
  | { ok: true } & AppendResult
  | { ok: false; error: unknown }
  /** It was not tried, because the batch before it failed. */
  | { ok: false; skipped: true };

/** The only writer. Every method is one transaction; what it throws has changed nothing. */
export interface ArchiveWriter extends CoverageWriter, MaintenanceWriter, Disposable {
  /**
   * Commits events in the order given (1 to 10,000), making users, authors and names known on the way and marking
   * what deletions, timeouts and bans removed.
   * @param announce ids of the channels whose events are handed back; nothing is built for the others
   * @param overflowPosition where a batch from the overflow file ends there: stored in the same transaction
   */
  append(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): AppendResult;
  /**
   * The same by a writer that may have a thread of its own: `done` is called once it is committed or has failed, in the
   * order of the calls, and before any other method does its work. A batch that was handed over while the one before
   * it was under way is not tried where that one fails: what is tried again must not be overtaken.
   */
  appendLater(
    batch: readonly Received[],
    announce: ReadonlySet<number>,
    overflowPosition: OverflowPosition | undefined,
    done: (outcome: AppendOutcome) => void,
  ): void;
  /** Waits until nothing is under way. */
  settle(): void;
  /** When the newest message was received; 0 where there is none. */
  newestAt(): number;
  /**
   * It is certain that it is `now`: what coverage says of a later time is cut off.
   * @param shiftMs by how much the time was put right since the start; events without a time of their own, stored before,
   *   are moved by it
   * @returns how many messages stand in the future, and whether coverage changed
   */
  setRight(now: number, shiftMs: number): { ahead: number; changed: boolean };
  /** The last position that `append` was given. */
  overflowPosition(): OverflowPosition | undefined;
  channels(): Channel[];
  /** The channel with this login, made if there is none. An existing one is left as it is. */
  createChannel(login: string, now: number): Channel;
  setEnabled(id: number, enabled: boolean): Channel | undefined;
  /**
   * What Twitch says of a channel: learns its id, or notices its rename (the id is known under another login). The channel
   * that has the id gets the login, and its earlier login, where that was recorded, a row of its own without an id. Waiting
   * lines of the earlier name still go to the room that they were said in.
   */
  identifyChannel(login: string, twitchId: number, now: number): Channel;
  /**
   * Deletes a channel. Without its messages it only leaves the list (they stay searchable, and adding the login again
   * brings it back); with them it is marked as deleting, and `maintain` does the work.
   */
  deleteChannel(id: number, withMessages: boolean): void;
  /** Writes the counters that `append` has gathered. Called every few seconds and on close. */
  flushCounters(): void;
  /** Idle work: checkpoint, optimise. */
  tidy(): void;
  /** Whether the file at the archive's path is still the one that is open (false: moved, deleted, replaced). */
  attached(): boolean;
}
