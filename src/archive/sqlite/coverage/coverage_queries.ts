/** When channels were listened to and which gaps they have, for readers. */
import type { DatabaseSync } from "node:sqlite";
import {
  beganIn,
  dayShares,
  type EndReason,
  type Fill,
  type Gap,
  gapsOf,
  isJoining,
  type Listening,
  missedMs,
} from "../../../chat/coverage.ts";
import { spanOfRows, type TimelinePage, type TimelineQuery } from "../../timeline.ts";
import { type Coverage, MAX_STRETCHES, type Missed, type OpenGap } from "../../coverage.ts";

const MAX_GAPS = 100;

const FIRST_INTERVAL = `
  SELECT min(started_at) AS at
  FROM listening
  WHERE channel_id = ?`;

/** The last interval that began at or before a moment. */
const INTERVAL_BEFORE = `
  SELECT started_at, ended_at
  FROM listening
  WHERE channel_id = ? AND started_at <= ?
  ORDER BY started_at DESC, id DESC
  LIMIT 1`;

const INTERVAL_AFTER = `
  SELECT min(started_at) AS at
  FROM listening
  WHERE channel_id = ? AND started_at >= ?`;

/** Newest first, so that the limit leaves out the oldest. */
const INTERVALS = `
  SELECT started_at, ended_at, end_reason
  FROM listening
  WHERE channel_id = ? AND started_at >= ? AND started_at < ?
  ORDER BY started_at DESC, id DESC
  LIMIT ?`;

/** A fill lies within a gap, so the fills of a time range begin after the interval before that range. */
const FILLS = `
  SELECT from_at, to_at, source, messages, filled_at
  FROM fills
  WHERE channel_id = ? AND from_at >= ? AND from_at < ?
  ORDER BY from_at`;

const LISTENED_CHANNELS = `
  SELECT id, login
  FROM channels
  WHERE hidden = 0 AND deleting = 0
  ORDER BY login`;

interface Found {
  intervals: Listening[];
  gaps: Gap[];
  /** The start of the range that was read: later than requested if the limit left out intervals. */
  from: number;
}

export class CoverageQueries {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      first: db.prepare(FIRST_INTERVAL),
      before: db.prepare(INTERVAL_BEFORE),
      after: db.prepare(INTERVAL_AFTER),
      intervals: db.prepare(INTERVALS),
      fills: db.prepare(FILLS),
      channels: db.prepare(LISTENED_CHANNELS),
    };
  }

  coverage(channelId: number, from: number, to: number): Coverage {
    const known = this.#sql.first.get(channelId)!.at as number | null;
    if (known === null) return { from, to, listening: [], gaps: [], days: [] };
    const found = this.#find(channelId, from, to);
    return {
      known,
      from: found.from,
      to,
      listening: found.intervals.filter((interval) => interval.to !== interval.from),
      gaps: found.gaps,
      days: dayShares(found.intervals, found.gaps, { from: found.from, to, known, now: to }),
    };
  }

  gaps(channelId: number, from: number, to: number): Gap[] {
    return this.#find(channelId, from, to).gaps;
  }

  gapsAmong(channelId: number, query: TimelineQuery, page: TimelinePage): Gap[] {
    const { from, to } = spanOfRows(query, page);
    return beganIn(this.gaps(channelId, from, to), from, to);
  }

  missed(channelId: number | undefined, from: number, to: number): Missed[] {
    const channels = this.#sql.channels.all() as { id: number; login: string }[];
    const missed: Missed[] = [];
    for (const { id, login } of channels) {
      if (channelId !== undefined && id !== channelId) continue;
      if (this.#isCovered(id, from, to)) continue;
      let ms = 0;
      const gaps = this.#find(id, from, to).gaps.filter((gap) => {
        const missing = gap.onPurpose || isJoining(gap) ? 0 : missedMs(gap, from, to, to);
        ms += missing;
        return missing > 0;
      });
      if (ms > 0) missed.push({ channelId: id, login, gaps: gaps.length, missedMs: ms });
    }
    return missed.sort((a, b) => b.missedMs - a.missedMs);
  }

  unfilledGaps(channelId: number, from: number): OpenGap[] {
    const { intervals, gaps } = this.#find(channelId, from, Number.MAX_SAFE_INTEGER);
    const recorded = intervals.filter((interval) => interval.to !== interval.from);
    const begins = new Set(recorded.map((interval) => interval.from));
    const ends = new Set(recorded.map((interval) => interval.to));
    const open: OpenGap[] = [];
    for (const gap of gaps.slice(-MAX_GAPS)) {
      const { from, to } = gap;
      if (to === undefined || gap.state === "filled" || gap.onPurpose) continue;
      open.unshift({ ...gap, to, recordedBefore: ends.has(from), recordedAfter: begins.has(to) });
    }
    return open;
  }

  /** Whether one interval contains the whole range: a fast path, since that is true of most channels. */
  #isCovered(channelId: number, from: number, to: number): boolean {
    const row = this.#sql.before.get(channelId, from);
    return row !== undefined && (row.ended_at === null || (row.ended_at as number) >= to);
  }

  /** The intervals and gaps that overlap a range. */
  #find(channelId: number, from: number, to: number): Found {
    const start = this.#sql.before.get(channelId, from)?.started_at as number | undefined ?? from;
    const rows = this.#sql.intervals.all(channelId, start, to, MAX_STRETCHES) as unknown as IntervalRow[];
    const intervals = rows.reverse().map(listeningOf);
    const cut = rows.length === MAX_STRETCHES && intervals[0]!.from > from;
    const fills = intervals.length === 0
      ? []
      : this.#sql.fills.all(channelId, intervals[0]!.from, to).map((row) =>
        fillOf(row as unknown as FillRow)
      );
    const next = this.#sql.after.get(channelId, to)!.at as number | null;
    const gaps = gapsOf(intervals, fills, next ?? undefined);
    return {
      intervals: intervals.filter((interval) => interval.to === undefined || interval.to > from),
      gaps: gaps.filter((gap) => gap.from < to && (gap.to ?? Infinity) > from),
      from: cut ? intervals[0]!.from : from,
    };
  }
}

interface IntervalRow {
  started_at: number;
  ended_at: number | null;
  end_reason: EndReason | null;
}

function listeningOf(row: IntervalRow): Listening {
  const { started_at: from, ended_at: to, end_reason: reason } = row;
  return to === null || reason === null ? { from } : { from, to, reason };
}

interface FillRow {
  from_at: number;
  to_at: number;
  source: string;
  messages: number;
  filled_at: number;
}

function fillOf({ from_at: from, to_at: to, source, messages, filled_at: filledAt }: FillRow): Fill {
  return { from, to, source, messages, filledAt };
}
