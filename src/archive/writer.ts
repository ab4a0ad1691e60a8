/**
 * The contract of an archive for its writer, for any storage engine. The writer has one owner and is
 * synchronous, except for batches and coverage, which can also be handed over without waiting. Times are epoch
 * milliseconds, message ids those of `chat/ids.ts`. Errors are `AppError`s.
 */
import type { Received, StoredEvent } from "../chat/events.ts";
import type { OptOutWriter } from "./access/access.ts";
import type { ChangeWriter } from "./change.ts";
import type { Channel } from "./channel.ts";
import type { CoverageWriter } from "./coverage.ts";
import type { EmoteWriter } from "./emotes.ts";
import type { MaintenanceWriter } from "./maintenance.ts";

/** The reason why the archive cannot be written if `attached` is false. */
export const DETACHED = "the database file was moved, deleted or replaced";

/** Stands for every channel in the set of channels whose events are announced. No channel has this id. */
export const ALL_CHANNELS = 0;

/** The position in the overflow file before which its lines are stored. */
export interface OverflowPosition {
  /** The name in the first line of the file. */
  name: string;
  /** Bytes from the beginning of the file. */
  offset: number;
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
export interface ArchiveWriter
  extends ChangeWriter, CoverageWriter, EmoteWriter, MaintenanceWriter, OptOutWriter, Disposable {
  /**
   * Commits 1 to 10,000 events in the given order. Adds new users, authors and names, and marks messages that deletions,
   * timeouts and bans removed.
   * @param announce ids of the channels whose events are returned, or {@link ALL_CHANNELS}
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
   * Corrects data that a wrong clock has stored. Call it once the time is certain. Removes coverage after `now`.
   * @param shiftMs correction of the time since the start. Moves events of this run that have no time of their own
   * @returns the number of messages ahead of `now`, and whether coverage has changed
   */
  correctClock(now: number, shiftMs: number): { ahead: number; changed: boolean };
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

  /** Whether the file at the archive's path is still the open one. False if it was moved, deleted or replaced. */
  attached(): boolean;
}
