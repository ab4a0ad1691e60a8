/** What an archive knows about when it listened: the part of its contract that tells of what was missed. */
import type { DayShare, EndReason, Gap, Listening } from "../chat/coverage.ts";
import type { Received } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import type { TimelinePage, TimelineQuery } from "./archive.ts";
import { NEWEST, type Place } from "../chat/place.ts";

/**
 * - `started`: from then on everything that is said in the channel is received
 * - `ended`: from then on it is not, for that reason; also told where nothing was going on, if the reason changes
 * - `wanted`: from then on it is to be recorded; until it is listened to, it is not joined
 */
export type ListeningChange =
  | { kind: "started"; channelId: number; at: number }
  | { kind: "ended"; channelId: number; at: number; reason: EndReason }
  | { kind: "wanted"; channelId: number; at: number };

/** Changes that a run of the program could not have noted before it ended. */
export interface UnwrittenCoverage {
  /** The `knownAt` that was noted last: only an archive that still says so can go on from there. */
  since: number;
  changes: ListeningChange[];
  /** The `knownAt` that goes with the changes. */
  knownAt: number;
}

/** What a history service had of a channel, from then to then without a hole. */
export interface NewFill {
  channelId: number;
  from: number;
  to: number;
  /** The service's host. */
  source: string;
  filledAt: number;
}

/** An event with the time at which the service received it. */
export interface FilledEvent extends Received {
  /** The service says that it was removed from Twitch's chat. */
  removed?: boolean;
}

export interface FillResult {
  /** Rows that were committed. */
  stored: number;
  /** Events that the archive had already. */
  known: number;
}

/** A gap that may still be filled. */
export interface OpenGap extends Gap {
  to: number;
  /** Whether the channel was listened to right before and right after it. */
  heardBefore: boolean;
  heardAfter: boolean;
}

/** What a run notes of its listening, in epoch time. */
export interface CoverageNote {
  changes: readonly ListeningChange[];
  /** At this moment everything then open was still heard. */
  knownAt: number;
  /** It replaces everything that this run noted before. */
  anew: boolean;
}

export interface CoverageWriter {
  /**
   * Notes changes in the order given, and that at `knownAt` everything then open was still going on.
   * @param anew they take the place of all that was noted through this writer
   */
  listen(changes: readonly ListeningChange[], knownAt: number, anew?: boolean): void;
  /**
   * The same without waiting for what is under way: `done` is called once it is committed, or with what was thrown, and
   * before any other method does its work.
   */
  listenLater(
    changes: readonly ListeningChange[],
    knownAt: number,
    anew: boolean,
    done: (error?: unknown) => void,
  ): void;
  /** Gaps since `from` that have ended and are not filled, nor on purpose; the newest 100, newest first. */
  unfilledGaps(channelId: number, from: number): OpenGap[];
  /**
   * Puts events (by ascending time, at most 1,000, all of the fill's channel) into their places in the past, leaves out
   * those that the archive has, and notes the fill.
   */
  fill(fill: NewFill, events: readonly FilledEvent[]): FillResult;
}

export interface Coverage {
  /** Since when the archive knows of the channel; missing where it was never to be recorded. */
  known?: number;
  /** What was looked at: later than asked for where there was more than {@link MAX_STRETCHES}. */
  from: number;
  to: number;
  /** By time, those that touch the span, uncut; the last one may go on. */
  listening: Listening[];
  /** By time, those that touch the span, uncut. */
  gaps: Gap[];
  /** The days of the span since the channel is known. */
  days: DayShare[];
}

/** Most stretches of a channel that are looked at in one answer. */
export const MAX_STRETCHES = 5_000;

/** What is missing of a channel in a span of time. */
export interface Missed {
  channelId: number;
  login: string;
  gaps: number;
  missedMs: number;
}

export interface CoverageReader {
  /** @param to at most the present moment: what goes on is taken to go on until then */
  coverage(channelId: number, from: number, to: number): Promise<Coverage>;
  /** The gaps that touch a span, by time and uncut; the newest of {@link MAX_STRETCHES} stretches. */
  gaps(channelId: number, from: number, to: number): Promise<Gap[]>;
  /**
   * Of one channel or of all: where something is missing that was to be recorded (but for moments of joining), most
   * missed first.
   */
  missed(channelId: number | undefined, from: number, to: number): Promise<Missed[]>;
}

/**
 * The time of a page whose rows the gaps stand among: it reaches to where the page was read on from, and where there is
 * nothing further, to the beginning or up to now.
 */
export function spanOfRows(
  { place = NEWEST }: Pick<TimelineQuery, "place">,
  { events, more, moreNewer }: TimelinePage,
): { from: number; to: number } {
  const oldest = place.at === "after" ? place.id : more ? events.at(-1)?.id : undefined;
  const newest = newestOf(place, events[0]?.id, moreNewer ?? false);
  return {
    from: oldest === undefined ? 0 : receivedAt(oldest),
    to: newest === undefined ? Number.MAX_SAFE_INTEGER : receivedAt(newest),
  };
}

function newestOf(place: Place, first: number | undefined, moreNewer: boolean): number | undefined {
  if (place.at === "newest") return undefined;
  if (place.at === "before") return place.id;
  if (place.at === "after") return first ?? place.id;
  return moreNewer ? first : undefined;
}
