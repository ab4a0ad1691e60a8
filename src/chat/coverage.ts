/**
 * When a channel was listened to, and what follows from it: the gaps between, and how much of a day was recorded.
 * Instants are epoch milliseconds.
 */

/** Why listening ended, in words for people. Stored by its key. */
export const END_REASONS = {
  "connection lost": "the connection to Twitch was lost",
  "not joined": "the channel was not joined",
  "disabled": "recording was switched off",
  "stopped": "Scrollback was stopped",
  "killed": "Scrollback ended without warning",
  "storage": "the archive could not be written",
} as const;

export type EndReason = keyof typeof END_REASONS;

/** A stretch in which a channel was listened to. Without length it only says why it was not, from then on. */
export interface Listening {
  from: number;
  /** Missing while it goes on. */
  to?: number;
  /** Why it ended; there exactly where `to` is. */
  reason?: EndReason;
}

/** Somebody else had heard all that was said from then to then, and it was taken over. */
export interface Fill {
  from: number;
  to: number;
  /** The host that it came from. */
  source: string;
  /** How many messages the archive had not had. */
  messages: number;
  filledAt: number;
}

export interface Gap {
  from: number;
  /** Missing while it goes on. */
  to?: number;
  reason: EndReason;
  /** Nobody wanted it to be recorded. */
  onPurpose: boolean;
  state: "missing" | "partly filled" | "filled";
  /** By `from`. */
  fills: Fill[];
}

/** A day of UTC, in milliseconds of it. */
export interface DayShare {
  /** Its beginning. */
  day: number;
  /** How long the channel was to be recorded: since it is known, and while it was not switched off. */
  wantedMs: number;
  listenedMs: number;
  /** Not listened to, but filled. */
  filledMs: number;
}

/**
 * The times between stretches.
 * @param stretches by `from`, without overlaps
 * @param next when the channel was listened to again after the last of them, where that is known
 */
export function gapsOf(stretches: readonly Listening[], fills: readonly Fill[], next?: number): Gap[] {
  const gaps: Gap[] = [];
  stretches.forEach(({ to: from, reason }, i) => {
    const to = stretches[i + 1]?.from ?? next;
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

/** Twitch may take so long to answer a JOIN. */
const JOINING_MS = 10_000;

/**
 * Whether a gap is but the moment in which a channel is joined. Coverage tells of it; among messages and results it
 * would say nothing.
 */
export function isJoining({ reason, from, to }: Gap): boolean {
  return reason === "not joined" && to !== undefined && to - from <= JOINING_MS;
}

/** A gap stands among the rows of one page only, that in which it began. Moments of joining stand in none. */
export function beganIn(gaps: readonly Gap[], from: number, to: number): Gap[] {
  return gaps.filter((gap) => gap.from >= from && gap.from < to && !isJoining(gap));
}

/** How much of a gap within a span is not filled. @param now where a gap ends that goes on */
export function missedMs(gap: Gap, from: number, to: number, now: number): number {
  const start = Math.max(gap.from, from);
  const end = Math.min(gap.to ?? now, to);
  return end <= start ? 0 : end - start - filledMs(gap, start, end);
}

/**
 * The days of UTC that a span touches, the first one first.
 * @param known since when the archive knows of the channel
 * @param now stretches and gaps that go on are taken to go on until then
 */
export function dayShares(
  stretches: readonly Listening[],
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
    for (const stretch of stretches) {
      share.listenedMs += overlapMs(stretch.from, stretch.to ?? now, start, end);
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
 * How much of what was wanted is there, from 0 to 100 in tenths, and 100 only where nothing is missing. Undefined
 * where nothing was wanted.
 */
export function percentOf({ wantedMs, listenedMs, filledMs }: Omit<DayShare, "day">): number | undefined {
  if (wantedMs <= 0) return undefined;
  return Math.floor(Math.min(1, (listenedMs + filledMs) / wantedMs) * 1_000) / 10;
}

export const DAY_MS = 86_400_000;

export function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** What the fills of a gap cover of it within a span; they may overlap. */
function filledMs(gap: Gap, from: number, to: number): number {
  let covered = 0;
  let upto = Math.max(gap.from, from);
  const end = Math.min(gap.to ?? Infinity, to);
  for (const fill of gap.fills) {
    const start = Math.max(fill.from, upto);
    const stop = Math.min(fill.to, end);
    if (stop <= start) continue;
    covered += stop - start;
    upto = stop;
  }
  return covered;
}

function overlapMs(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start));
}
