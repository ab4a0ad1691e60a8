/** Events of an archive by time, in pages. */
import type { Gap } from "../chat/coverage.ts";
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../clock.ts";
import { NEWEST, type Place } from "../chat/place.ts";
import type { Condition } from "../search/condition.ts";
import type { HasValue, IsValue } from "../search/language/values.ts";

/** Selects events, and a page of them. All conditions must hold. */
export interface TimelineQuery {
  /** Events of this channel. */
  channelId?: number;
  /** Events of this user. */
  userId?: number;
  /** Events that match. */
  search?: Condition;
  /** Events received at or after this time. */
  from?: number;
  /** Events received before this time. */
  to?: number;
  /** The position of the page; the newest events if missing. */
  place?: Place;
  /** 1 to 500. */
  limit: number;
  /** Whether to return the gaps of the channel among the rows. Needs `channelId`. */
  gaps?: boolean;
}

/** Selects events to count. */
export type CountQuery = Pick<TimelineQuery, "channelId" | "userId" | "search" | "from" | "to">;

/** How many events match, by their time of receipt. */
export interface Histogram {
  /** Their number. */
  messages: number;
  /** The beginning of the first bar, epoch milliseconds. */
  from: number;
  /** The width of each bar. */
  widthMs: number;
  /** The number of matches in each bar. */
  counts: number[];
  /** The number of matches in each hour of the week (UTC): 24 of Mondays, 24 of Tuesdays, … */
  hours: number[];
  /** Set if the numbers are estimates. */
  estimate?: Estimate;
  /** Set if counting was stopped: messages before this id are not counted yet. */
  stoppedAt?: number;
}

/** Widths of bars, from a minute to ten years. */
const BAR_WIDTHS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 3, 7, 30, 90, 365, 3_650].map((days) => days * DAY_MS),
];

/** The smallest width of bars, in ms, with which at most `maxBars` cover a span. Both ends are included. */
export function barWidthOf(first: number, last: number, maxBars: number): number {
  const isWide = (widthMs: number) => Math.floor(last / widthMs) - Math.floor(first / widthMs) < maxBars;
  return BAR_WIDTHS.find(isWide) ?? BAR_WIDTHS.at(-1)!;
}

/** How good an estimate is: with a confidence of 95 %, the number of matches is within the bounds. */
export interface Estimate {
  /** The lower bound. */
  low: number;
  /** The upper bound. */
  high: number;
  /** The number of candidates that were read. */
  checked: number;
}

/** Facets of the newest matches. Each list has the most frequent entries, most frequent first. */
export interface Facets {
  /** The number of newest matches that were read. */
  messages: number;
  /** Whether these are all matches. */
  isAll: boolean;
  /** Ids of channels. */
  channels: [channelId: number, messages: number][];
  /** Users, by their present names. */
  users: { id: number; login: string; displayName: string; messages: number }[];
  /** Values of `is:` and `has:`. */
  facts: { operator: "is" | "has"; value: IsValue | HasValue; messages: number }[];
  /** Names of emotes, of the newest messages with one. */
  emotes: [name: string, messages: number][];
}

/** A request for an exact count. */
export interface CountProgress {
  /** The id at which counting was stopped; undefined at the beginning. */
  before?: number;
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

/**
 * The span of time of a page of rows, for the gaps among them. Spans of neighbouring pages are adjacent; the oldest page
 * begins at 0, and the newest one never ends.
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
