/** Reads the dates, times and durations of `before:`, `after:` and `on:`. All are UTC. */
import { DAY_MS, MINUTE_MS } from "../../clock.ts";

/** A span of time, epoch milliseconds, end excluded. */
export interface Span {
  from: number;
  to: number;
}

const DURATION_MS: Record<string, number> = {
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The longest duration: a hundred years. */
const MAX_DURATION_MS = 36_525 * DAY_MS;

/**
 * The span of a year `2026`, a month `2026-03`, a day `2026-03-24`, a minute `2026-03-24T20:15`, `today` or `yesterday`;
 * for a duration `30m`, `2h`, `7d` or `2w`, the empty span that begins and ends so long before now. Undefined if it is
 * none, or before 1970.
 */
export function readMoment(text: string, now: number): Span | undefined {
  const word = text.toLowerCase();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  if (word === "today") return { from: today, to: today + DAY_MS };
  if (word === "yesterday") return { from: today - DAY_MS, to: today };
  if (word === "now") return { from: now, to: now };
  const duration = /^(\d{1,6})(min|[mhdw])$/.exec(word);
  if (duration) {
    const ms = Number(duration[1]) * DURATION_MS[duration[2]!]!;
    const at = Math.max(0, now - ms);
    return ms > MAX_DURATION_MS ? undefined : { from: at, to: at };
  }
  const date = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:t(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{3}))?)?z?)?)?)?$/.exec(
    word,
  );
  if (!date) return undefined;
  const [year, month, day, hour, minute, second, ms] = date.slice(1).map((part) =>
    part && Number(part)
  ) as number[];
  // `Date.UTC` takes years below 100 as those of the last century.
  if (year! < 1970) return undefined;
  const at = (years: number, months: number, days: number) => Date.UTC(years, months - 1, days);
  if (month === undefined) return spanOf(at(year!, 1, 1), at(year! + 1, 1, 1));
  if (month < 1 || month > 12) return undefined;
  if (day === undefined) return spanOf(at(year!, month, 1), at(year!, month + 1, 1));
  const from = at(year!, month, day);
  if (day < 1 || new Date(from).getUTCDate() !== day) return undefined;
  if (hour === undefined) return spanOf(from, from + DAY_MS);
  if (hour > 23 || minute! > 59 || (second ?? 0) > 59) return undefined;
  const minutes = from + hour * 60 * MINUTE_MS + minute! * MINUTE_MS;
  if (second === undefined) return spanOf(minutes, minutes + MINUTE_MS);
  const seconds = minutes + second * 1_000;
  return ms === undefined ? spanOf(seconds, seconds + 1_000) : spanOf(seconds + ms, seconds + ms + 1);
}

function spanOf(from: number, to: number): Span {
  return { from, to };
}

/** The shortest text of an instant, epoch milliseconds, at which `after:` begins and `before:` ends. */
export function printMoment(at: number): string {
  const iso = new Date(at).toISOString();
  if (at % DAY_MS === 0) return iso.slice(0, 10);
  return at % MINUTE_MS === 0 ? iso.slice(0, 16) : iso.slice(0, 23);
}
