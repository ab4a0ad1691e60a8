/**
 * Formats instants in the zone that the reader chose. `static/page/zone.js` does the same for rows of a live stream, which
 * are the same for all readers and in UTC.
 */
import { ago } from "./numbers.ts";
import { shifted, zoneWords } from "./view.ts";

/** `14:05`, with `seconds` `14:05:09`, of which the reader may hide the seconds. */
export function Clock({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const local = new Date(shifted(at)).toISOString();
  return (
    <time datetime={new Date(at).toISOString()} title={full(at)}>
      {local.slice(11, 16)}
      {seconds && <span class="s">{local.slice(16, 19)}</span>}
    </time>
  );
}

/** `23 Nov 2026` */
export function Day({ at }: { at: number }) {
  return <time datetime={new Date(at).toISOString()} title={full(at)} data-shows="day">{dayWords(at)}</time>;
}

/** `23 Nov`, of a day in UTC. */
export function ShortDay({ at }: { at: number }) {
  return <time datetime={isoUtcDay(at)}>{DAY_OF_MONTH.format(at)}</time>;
}

/** `23 Nov 2026, 14:05`, with `seconds` `23 Nov 2026, 14:05:09` */
export function Moment({ at, seconds = false }: { at: number; seconds?: boolean }) {
  return (
    <time datetime={new Date(at).toISOString()} title={full(at)} data-shows={seconds ? "second" : "minute"}>
      {momentWords(at, seconds)}
    </time>
  );
}

/** The end of a span; without the date if it is on the day of the start. */
export function Until({ from, at, seconds = false }: { from: number; at: number; seconds?: boolean }) {
  return isoDay(from) === isoDay(at)
    ? <Clock at={at} seconds={seconds} />
    : <Moment at={at} seconds={seconds} />;
}

/** `5 min ago` */
export function Ago({ at, now }: { at: number; now: number }) {
  return <time datetime={new Date(at).toISOString()} title={full(at)} data-shows="age">{ago(now - at)}</time>;
}

const SHORT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const DAY_OF_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });

/** `23 Nov 2026` */
export function dayWords(at: number): string {
  return SHORT.format(shifted(at));
}

/** `Nov 2026` */
export function monthWords(at: number): string {
  return MONTH.format(shifted(at));
}

/** `14:05` */
export function clockWords(at: number): string {
  return new Date(shifted(at)).toISOString().slice(11, 16);
}

/** `23 Nov 2026`, of a day in UTC. */
export function utcDayWords(at: number): string {
  return SHORT.format(at);
}

/** `23 Nov 2026, 14:05` */
export function momentWords(at: number, seconds = false): string {
  return `${dayWords(at)}, ${new Date(shifted(at)).toISOString().slice(11, seconds ? 19 : 16)}`;
}

/** `Monday 23 November 2026` */
export function longDay(at: number): string {
  return LONG.format(shifted(at));
}

/** `Monday 23 November 2026`, of a day in UTC. */
export function longUtcDay(at: number): string {
  return LONG.format(at);
}

/** `2026-11-23` in UTC. */
export function isoUtcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-11-23` */
export function isoDay(at: number): string {
  return new Date(shifted(at)).toISOString().slice(0, 10);
}

/** `2026-11-23T14:05`, as fields of forms have it. */
export function isoMinute(at: number): string {
  return new Date(shifted(at)).toISOString().slice(0, 16);
}

/** The exact time in the zone that is shown, and in UTC. */
function full(at: number): string {
  const utc = `${words(at)} UTC`;
  const zone = zoneWords(at);
  return zone === "UTC" ? utc : `${words(shifted(at))} ${zone} · ${utc}`;
}

function words(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
