/** How an archive is taken care of while it is written: the part of its contract that sets aside and lets go. */
import type { ChatEvent, Received } from "../chat/events.ts";

/** How much of a channel is kept. Where both are given, both hold; where neither is, everything is kept. */
export interface Retention {
  /** 1 to 36,500. */
  days?: number;
  /** 1 to 2^53 - 1. */
  messages?: number;
}

/** An event that could not be stored. */
export interface Quarantined {
  id: number;
  /** When its line was received. */
  at: number;
  event: ChatEvent;
  error: string;
}

export interface MaintenanceWriter {
  /** Keeps an event that `append` refused, with the reason, so that it can be looked at and tried again. Returns its id there. */
  quarantine(received: Received, error: string): number;
  /** By id, at most 1,000 after the given one. */
  quarantined(after: number): Quarantined[];
  /** Stores an event of the quarantine in its place in time. @throws what `append` would; then it stays there */
  replayQuarantined(id: number): void;
  /** Sets how much of a channel is kept; does nothing where there is no such channel. */
  setRetention(channelId: number, retention: Retention): void;
  /** Deletes at most `rows` messages that are not to be kept; true where there may be more. */
  retentionStep(rows: number, now: number): boolean;
  /**
   * Looks at no more than `rows` messages that timeouts, bans and deletions have still to mark; true while there are
   * more. Readers take those messages for marked already.
   */
  removalStep(rows: number): boolean;
  /** Clears a little of what deleted messages left in the index; true while there is more to clear. */
  mergeStep(): boolean;
  /**
   * Makes the file a little smaller where nothing was appended for so many milliseconds: the index in one piece, and no
   * free pages. True while there is more to do.
   */
  compactStep(quietMs: number): boolean;
  /** Gives at most so many free pages back to the file system; true where there may be more worth giving. */
  reclaimStep(pages: number): boolean;
}
