/** The JSON of `GET /channels/{id}/coverage`. Instants are RFC 3339 in UTC, spans are milliseconds. */
import { z } from "@hono/zod-openapi";
import type { Channel } from "../../src/archive/channel.ts";
import type { Coverage } from "../../src/archive/coverage.ts";
import { END_REASONS, type EndReason, missedMs, percentOf } from "../../src/chat/coverage.ts";
import { isoUtcDay } from "../../components/time.tsx";

const instant = z.iso.datetime();
const reason = z.enum(Object.keys(END_REASONS) as [EndReason, ...EndReason[]]);
const ms = z.number().int().min(0);

export const CoverageJson = z.object({
  channel: z.object({ id: z.number().int(), login: z.string() }),
  /** When the channel was first enabled; null = never. */
  known_since: instant.nullable(),
  /** The span of the answer: `from` is later than requested if there were more than 5,000 intervals. */
  from: instant,
  to: instant,
  /** Recorded percentage of the enabled time, one decimal, 100 only if nothing is missing; null = never enabled. */
  percent: z.number().min(0).max(100).nullable(),
  missing_ms: ms,
  /** Days in UTC since the channel is known, oldest first; the first and the last one may be partial. */
  days: z.array(z.object({
    day: z.iso.date(),
    percent: z.number().min(0).max(100).nullable(),
    /** Time enabled, time recorded live, and time filled from a history service. */
    wanted_ms: ms,
    listened_ms: ms,
    filled_ms: ms,
  })),
  /** Intervals recorded live, oldest first, uncut; `to` is null for the one that continues. */
  listening: z.array(z.object({ from: instant, to: instant.nullable(), end_reason: reason.nullable() })),
  /** The gaps between them, oldest first, uncut; `to` is null for the one that continues. */
  gaps: z.array(z.object({
    from: instant,
    to: instant.nullable(),
    reason,
    /** Whether recording was disabled, so that the gap does not count as missing. */
    on_purpose: z.boolean(),
    state: z.enum(["missing", "partly filled", "filled"]),
    missing_ms: ms,
    fills: z.array(z.object({
      from: instant,
      to: instant,
      /** The host of the history service. */
      source: z.string(),
      /** Messages that were new to the archive. */
      messages: z.number().int().min(0),
      filled_at: instant,
    })),
  })),
});

export type CoverageJson = z.output<typeof CoverageJson>;

export function coverageJson(channel: Channel, coverage: Coverage, now: number): CoverageJson {
  const { known, from, to, days, listening, gaps } = coverage;
  const sum = (of: "wantedMs" | "listenedMs" | "filledMs") => days.reduce((all, day) => all + day[of], 0);
  return {
    channel: { id: channel.id, login: channel.login },
    known_since: iso(known),
    from: at(from),
    to: at(to),
    percent:
      percentOf({ wantedMs: sum("wantedMs"), listenedMs: sum("listenedMs"), filledMs: sum("filledMs") }) ??
        null,
    missing_ms: gaps.reduce((all, gap) => all + (gap.onPurpose ? 0 : missedMs(gap, from, to, now)), 0),
    days: days.map((day) => ({
      day: isoUtcDay(day.day),
      percent: percentOf(day) ?? null,
      wanted_ms: day.wantedMs,
      listened_ms: day.listenedMs,
      filled_ms: day.filledMs,
    })),
    listening: listening.map(({ from, to, reason }) => ({
      from: at(from),
      to: iso(to),
      end_reason: reason ?? null,
    })),
    gaps: gaps.map((gap) => ({
      from: at(gap.from),
      to: iso(gap.to),
      reason: gap.reason,
      on_purpose: gap.onPurpose,
      state: gap.state,
      missing_ms: gap.onPurpose ? 0 : missedMs(gap, 0, Infinity, now),
      fills: gap.fills.map(({ from, to, source, messages, filledAt }) => ({
        from: at(from),
        to: at(to),
        source,
        messages,
        filled_at: at(filledAt),
      })),
    })),
  };
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : at(ms);
}
