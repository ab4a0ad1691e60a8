/** The part of an archive's contract that is about quarantine, retention and maintenance. */
import type { ChatEvent, Received } from "../chat/events.ts";

/** Limits of a channel's messages. A message is deleted when either limit is exceeded; without limits, never. */
export interface Retention {
  /** Age in days, 1 to 36,500. */
  days?: number;
  /** Number of newest messages, 1 to 2^53 - 1. */
  messages?: number;
}

/** A change of the retention of a channel. */
export type RetentionChange =
  /** Does nothing if the channel does not exist. */
  { kind: "set retention"; channelId: number; retention: Retention };

/** An event that could not be stored. */
export interface Quarantined {
  /** Its number in the quarantine. */
  id: number;
  /** When its line was received. */
  at: number;
  /** The event. */
  event: ChatEvent;
  /** Why it was refused. */
  error: string;
}

/** The writer's methods for quarantine and maintenance. */
export interface MaintenanceWriter {
  /** Stores an event that `append` refused, with the reason. @returns its number in the quarantine */
  quarantine(received: Received, error: string): number;
  /** At most 1,000 quarantined events after the given number, by number. */
  quarantined(after: number): Quarantined[];
  /** Stores a quarantined event at its time. @throws like `append`; the event then stays in the quarantine */
  replayQuarantined(id: number): void;
  /**
   * Runs due maintenance for about `budgetMs` milliseconds, most urgent first: marks messages that timeouts, bans and
   * deletions removed, deletes messages beyond their retention, and returns free space to the file system.
   * @param now epoch milliseconds; 0 while the time is in doubt, so that nothing is deleted by age
   * @returns whether more is due
   */
  maintain(budgetMs: number, now: number): boolean;
}

/** The sizes of an archive's files. A size that cannot be read is missing. */
export interface ArchiveSizes {
  /** Bytes of its file. */
  database?: number;
  /** Bytes of its write-ahead log; 0 if there is none. */
  wal?: number;
  /** Bytes that this user may still write beside them. */
  free?: number;
}
