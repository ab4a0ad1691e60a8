/** Formats instants in UTC, like the search's dates; `static/app.js` adds the local time on hover. */
import { ago } from "./numbers.ts";

/** `14:05` */
export function Clock({ at }: { at: number }) {
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={full(iso)}>{iso.slice(11, 16)}</time>;
}

/** `23 Nov 2026` */
export function Day({ at }: { at: number }) {
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={full(iso)}>{SHORT.format(at)}</time>;
}

/** `23 Nov` */
export function ShortDay({ at }: { at: number }) {
  return <time datetime={isoDay(at)}>{DAY_OF_MONTH.format(at)}</time>;
}

/** `23 Nov 2026, 14:05`, with `seconds` `23 Nov 2026, 14:05:09` */
export function Moment({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={full(iso)}>{SHORT.format(at)}, {iso.slice(11, seconds ? 19 : 16)}</time>;
}

/** The end of a span; without the date if it is on the day of the start. */
export function Until({ from, at, seconds = false }: { from: number; at: number; seconds?: boolean }) {
  if (isoDay(from) !== isoDay(at)) return <Moment at={at} seconds={seconds} />;
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={full(iso)}>{iso.slice(11, seconds ? 19 : 16)}</time>;
}

/** `5 min ago` */
export function Ago({ at, now }: { at: number; now: number }) {
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={full(iso)}>{ago(now - at)}</time>;
}

const SHORT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const DAY_OF_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });

/** `Monday 23 November 2026` */
export function longDay(at: number): string {
  return LONG.format(at);
}

/** `2026-11-23` in UTC. */
export function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function full(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
