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
  /**
   * Does what is due between batches, most urgent first, for about so long: marks what timeouts, bans and deletions
   * removed, deletes what is not to be kept, gives room back to the file system.
   * @param now epoch milliseconds; 0 while it is in doubt what time it is: then nothing is too old
   * @returns whether there is more to do
   */
  maintain(budgetMs: number, now: number): boolean;
}
