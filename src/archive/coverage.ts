/** The part of an archive's contract about coverage: when each channel was recorded, and its gaps. */
import type { DayShare, EndReason, Gap, Listening } from "../chat/coverage.ts";
import type { Received } from "../chat/events.ts";

/**
 * - `started`: recording of the channel begins
 * - `ended`: recording ends for this reason; also used while it is not recorded, if the reason changes
 * - `wanted`: the channel shall be recorded; until that begins, it counts as not joined
 */
export type ListeningChange =
  | { kind: "started"; channelId: number; at: number }
  | { kind: "ended"; channelId: number; at: number; reason: EndReason }
  | { kind: "wanted"; channelId: number; at: number };

/** Changes that a run of the program could not store before it ended. */
export interface UnwrittenCoverage {
  /** The last `knownAt` that was stored. The changes apply only to an archive that still has it. */
  since: number;
  /** In the order in which they happened. */
  changes: ListeningChange[];
  /** The `knownAt` to store with the changes. */
  knownAt: number;
}

/** An interval for which a history service had every message of a channel. */
export interface NewFill {
  /** The archive's id of the channel. */
  channelId: number;
  /** Start of the interval. */
  from: number;
  /** End of the interval. */
  to: number;
  /** The service's host. */
  source: string;
  /** When the service answered. */
  filledAt: number;
}

/** An event from a history service, with the time at which the service received it. */
export interface FilledEvent extends Received {
  /** Whether the service says that the message was removed. */
  removed?: boolean;
}

/** The result of a fill. */
export interface FillResult {
  /** Number of stored events. */
  stored: number;
  /** Number of events that the archive already had. */
  known: number;
}

/** A gap that can still be filled. */
export interface OpenGap extends Gap {
  /** End of the gap. */
  to: number;
  /** Whether the channel was recorded right before the gap. */
  recordedBefore: boolean;
  /** Whether the channel was recorded right after the gap. */
  recordedAfter: boolean;
}

/** Changes of coverage to store. */
export interface CoverageNote {
  /** In the order in which they happened. */
  changes: readonly ListeningChange[];
  /** Every interval that is open after the changes still continued at this time. */
  knownAt: number;
  /** Whether the changes replace everything that this run has stored before. */
  replaceAll: boolean;
}

/** The writer's methods for coverage. */
export interface CoverageWriter {
  /**
   * Stores changes in the given order, and `knownAt`.
   * @param replaceAll whether they replace everything that this writer has stored
   */
  storeCoverage(changes: readonly ListeningChange[], knownAt: number, replaceAll?: boolean): void;
  /**
   * Like {@link storeCoverage}, without waiting: calls `done` after the commit, or with the error, and before any other method
   * does its work.
   */
  storeCoverageLater(
    changes: readonly ListeningChange[],
    knownAt: number,
    replaceAll: boolean,
    done: (error?: unknown) => void,
  ): void;
  /** The newest 100 gaps since `from`, newest first, that have ended and are neither filled nor intended. */
  unfilledGaps(channelId: number, from: number): OpenGap[];
  /**
   * Inserts at most 1,000 events of one channel, by ascending time, at their time in the past, except those that the
   * archive has, and stores the fill.
   */
  fill(fill: NewFill, events: readonly FilledEvent[]): FillResult;
}

/** The coverage of a channel in a span of time. */
export interface Coverage {
  /** The time from which coverage is known; missing if the channel was never enabled. */
  known?: number;
  /** Start of the span; later than requested if it has more than {@link MAX_STRETCHES} intervals. */
  from: number;
  /** End of the span. */
  to: number;
  /** Intervals of recording that touch the span, by time and uncut. The last one may have no end. */
  listening: Listening[];
  /** Gaps that touch the span, by time and uncut. */
  gaps: Gap[];
  /** The days of the span since the channel is known. */
  days: DayShare[];
}

/** Maximum number of intervals of a channel in one answer. */
export const MAX_STRETCHES = 5_000;

/** How much of a channel was missed in a span of time. */
export interface Missed {
  /** The archive's id of the channel. */
  channelId: number;
  /** The channel's present login. */
  login: string;
  /** Number of gaps. */
  gaps: number;
  /** Their total length in the span, milliseconds. */
  missedMs: number;
}

/** The reader's methods for coverage. */
export interface CoverageReader {
  /** Coverage of a span. @param to at most the present time: open intervals count until then */
  coverage(channelId: number, from: number, to: number): Promise<Coverage>;
  /** Gaps that touch a span, by time and uncut, among the newest {@link MAX_STRETCHES} intervals. */
  gaps(channelId: number, from: number, to: number): Promise<Gap[]>;
  /**
   * Channels that missed something in a span, most missed first. Intended gaps and moments of joining do not count.
   * @param channelId one channel, or all if missing
   */
  missed(channelId: number | undefined, from: number, to: number): Promise<Missed[]>;
}
