/** The spans of time that addresses and parameters name. All days are UTC. */
import type { Context } from "hono";
import { DAY_MS } from "../../../src/clock.ts";
import { Failure } from "../../../src/web/failure.ts";

/** Epoch milliseconds. */
export interface Span {
  from: number;
  /** Excluded. */
  to: number;
}

/** The day of `/{year}/{month}/{day}`. @throws a Failure if there is no such day */
export function dayOf(year: string, month: string, day: string): Span {
  const from = startOf(year, month, day);
  return { from, to: from + DAY_MS };
}

/** The month of `/{year}/{month}`. @throws a Failure if there is no such month */
export function monthOf(year: string, month: string): Span {
  const from = startOf(year, month, "1");
  const start = new Date(from);
  return { from, to: Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) };
}

function startOf(year: string, month: string, day: string): number {
  const isWritten = /^\d{4}$/.test(year) && [month, day].every((part) => /^\d{1,2}$/.test(part));
  const at = isWritten ? Date.UTC(Number(year), Number(month) - 1, Number(day)) : NaN;
  const date = new Date(at);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || at < 0) {
    const shown = [year, month, day].join("/").slice(0, 60);
    throw new Failure("invalid", `“${shown}” is not a date: use year/month/day, such as 2026/11/9`);
  }
  return at;
}

/** The span of the parameters `from` and `to`; undefined if the request has neither. Without one of them the span is open. */
export function spanIn(c: Context): Span | undefined {
  const [from, to] = [momentIn(c, "from"), momentIn(c, "to")];
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && to !== undefined && from > to) {
    throw new Failure("invalid", `“${c.req.query("to")}” is not a valid to: use a time after from`);
  }
  return { from: from ?? 0, to: to ?? END };
}

/** The end of the year 9999. */
export const END = Date.UTC(10_000, 0);

/** A `+` in an address means a blank. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:[Zz]|([+ -])(\d\d:\d\d))$/;

/** Reads RFC 3339, as rustlog's clients send it, or whole seconds since 1970, as justlog's do. */
function momentIn(c: Context, name: "from" | "to"): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  const at = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : timeIn(text);
  if (at !== undefined && at >= 0 && at <= END) return at;
  throw new Failure(
    "invalid",
    `“${text.slice(0, 60)}” is not a valid ${name}: use 2026-11-09T12:00:00Z or seconds since 1970`,
  );
}

function timeIn(text: string): number | undefined {
  const [, day, time, fraction = "", sign = "", zone] = RFC_3339.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T00:00:00Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day)) return undefined;
  const milliseconds = Date.parse(
    `${day}T${time}${fraction.slice(0, 4)}${zone ? `${sign === "-" ? "-" : "+"}${zone}` : "Z"}`,
  );
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
