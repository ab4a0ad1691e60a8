/**
 * When a channel was listened to, and from that the gaps and the recorded share of each day. Times are epoch
 * milliseconds.
 */
import { DAY_MS } from "../clock.ts";

/** Why listening ended, as stored and as shown to users. */
export const END_REASONS = {
  "connection lost": "the connection to Twitch was lost",
  "not connected": "Scrollback had no connection to Twitch",
  "not joined": "the channel was not joined",
  "disabled": "recording was switched off",
  "stopped": "Scrollback was stopped",
  "killed": "Scrollback ended without warning",
  "storage": "the archive could not be written",
} as const;

/** Why recording of a channel ended. */
export type EndReason = keyof typeof END_REASONS;

/** An interval in which a channel was listened to. With length 0 it only states why it was not, from then on. */
export interface Listening {
  /** Its start. */
  from: number;
  /** Missing while it continues. */
  to?: number;
  /** Why it ended; present if and only if `to` is. */
  reason?: EndReason;
}

/** A part of a gap that was filled: a history service had every message from `from` to `to`. */
export interface Fill {
  /** Its start. */
  from: number;
  /** Its end. */
  to: number;
  /** The host of the service. */
  source: string;
  /** The number of messages that the archive did not have. */
  messages: number;
  /** When the service answered. */
  filledAt: number;
}

/** An interval in which a channel was not recorded. */
export interface Gap {
  /** Its start. */
  from: number;
  /** Missing while it continues. */
  to?: number;
  /** Why the channel was not recorded. */
  reason: EndReason;
  /** The channel was disabled. */
  onPurpose: boolean;
  /** How much of it a history service has filled. */
  state: "missing" | "partly filled" | "filled";
  /** By `from`. */
  fills: Fill[];
}

/** How much of a day (UTC) was recorded, in milliseconds. */
export interface DayShare {
  /** The start of the day. */
  day: number;
  /** How long the channel should have been recorded: since it is known, and while it was enabled. */
  wantedMs: number;
  /** How long it was recorded. */
  listenedMs: number;
  /** Filled, but not listened to. */
  filledMs: number;
}

/**
 * The gaps between intervals.
 * @param intervals by `from`, without overlaps
 * @param next when the next interval after the last of them began, if known
 */
export function gapsOf(intervals: readonly Listening[], fills: readonly Fill[], next?: number): Gap[] {
  const gaps: Gap[] = [];
  intervals.forEach(({ to: from, reason }, i) => {
    const to = intervals[i + 1]?.from ?? next;
    if (from === undefined || reason === undefined || (to !== undefined && to <= from)) return;
    const inside = fills.filter((fill) => fill.from < (to ?? Infinity) && fill.to > from);
    const gap: Gap = { from, reason, onPurpose: reason === "disabled", state: "missing", fills: inside };
    if (to !== undefined) gap.to = to;
    const filled = filledMs(gap, 0, Infinity);
    if (to !== undefined && filled >= to - from) gap.state = "filled";
    else if (filled > 0 || inside.length > 0) gap.state = "partly filled";
    gaps.push(gap);
  });
  return gaps;
}

/** The largest difference between the archive's clock and that of a history service. */
export const SERVICE_SKEW_MS = 60_000;

/** The longest time that Twitch takes to answer a JOIN. */
export const JOINING_MS = 10_000;

/**
 * Whether a gap is only the moment of joining. Coverage lists it, but timelines and search results do not: it would tell
 * the user nothing.
 */
export function isJoining({ reason, from, to }: Gap): boolean {
  return reason === "not joined" && to !== undefined && to - from <= JOINING_MS;
}

/** The gaps that a page with this range shows: those that began in it, except moments of joining. */
export function beganIn(gaps: readonly Gap[], from: number, to: number): Gap[] {
  return gaps.filter((gap) => gap.from >= from && gap.from < to && !isJoining(gap));
}

/** The unfilled milliseconds of a gap within a range. @param now the end of a gap that continues */
export function missedMs(gap: Gap, from: number, to: number, now: number): number {
  const start = Math.max(gap.from, from);
  const end = Math.min(gap.to ?? now, to);
  return end <= start ? 0 : end - start - filledMs(gap, start, end);
}

/**
 * The days (UTC) that overlap a range, in ascending order.
 * @param known since when the archive knows the channel
 * @param now the end of intervals and gaps that continue
 */
export function dayShares(
  intervals: readonly Listening[],
  gaps: readonly Gap[],
  { from, to, known, now }: { from: number; to: number; known: number; now: number },
): DayShare[] {
  const shares: DayShare[] = [];
  const first = Math.max(from, known);
  const last = Math.min(to, now);
  for (let day = startOfDay(first); day < last; day += DAY_MS) {
    const start = Math.max(day, first);
    const end = Math.min(day + DAY_MS, last);
    const share: DayShare = { day, wantedMs: end - start, listenedMs: 0, filledMs: 0 };
    for (const interval of intervals) {
      share.listenedMs += overlapMs(interval.from, interval.to ?? now, start, end);
    }
    for (const gap of gaps) {
      const ms = overlapMs(gap.from, gap.to ?? now, start, end);
      if (ms === 0) continue;
      const filled = ms - missedMs(gap, start, end, now);
      share.filledMs += filled;
      if (gap.onPurpose) share.wantedMs -= ms - filled;
    }
    shares.push(share);
  }
  return shares;
}

/**
 * The recorded or filled share of the wanted time in percent, rounded down to tenths, so that 100 means that nothing is
 * missing. Undefined if no time was wanted.
 */
export function percentOf({ wantedMs, listenedMs, filledMs }: Omit<DayShare, "day">): number | undefined {
  if (wantedMs <= 0) return undefined;
  return Math.floor(Math.min(1, (listenedMs + filledMs) / wantedMs) * 1_000) / 10;
}

/** The start of the day (UTC) that a time is in. */
export function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** The milliseconds of a gap within a range that its fills cover. Fills may overlap. */
function filledMs(gap: Gap, from: number, to: number): number {
  let covered = 0;
  let until = Math.max(gap.from, from);
  const end = Math.min(gap.to ?? Infinity, to);
  for (const fill of gap.fills) {
    const start = Math.max(fill.from, until);
    const stop = Math.min(fill.to, end);
    if (stop <= start) continue;
    covered += stop - start;
    until = stop;
  }
  return covered;
}

function overlapMs(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start));
}
