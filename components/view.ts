/** How a reader wants pages to look. Each browser has its own settings, in a cookie. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { HighlightRule } from "../src/archive/saved/highlight_rule.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { HOUR_MS, MINUTE_MS } from "../src/clock.ts";

export const THEMES = ["auto", "light", "dark"] as const;
export const DENSITIES = ["compact", "default", "roomy"] as const;
export const ZONES = ["local", "utc"] as const;

export interface View {
  theme: typeof THEMES[number];
  density: typeof DENSITIES[number];
  /** Whether times are those of the reader's zone or of UTC. */
  zone: typeof ZONES[number];
  /** The reader's time zone as their browser named it, `Europe/Berlin`; UTC until it has. */
  localZone: string;
  seconds: boolean;
  badges: boolean;
  emotes: boolean;
  /** Whether live rows that a rule marks may sound. */
  sounds: boolean;
  /** Whether the text of removed messages is shown without being asked for, if the reader may see it. */
  deleted: boolean;
  /** The reader's own highlight rules. */
  rules: readonly HighlightRule[];
  /** The first rule that marks an event, of the reader's and the archive's. Set for pages, not for shared streams. */
  mark?: (event: StoredEvent) => HighlightRule | undefined;
  /** Whether the reader may see the text of removed messages. Not a choice: `SHOW_DELETED` decides. */
  readsRemoved: boolean;
  /** Whether pictures of Twitch's emotes come from this program. Not a choice: `EMOTE_CACHE` decides. */
  ownPictures: boolean;
  /** Whether the browser runs no script, so that pages contain the parts that would load by themselves. */
  isPlain: boolean;
}

/** Of a browser that has chosen nothing. */
export const DEFAULT_VIEW: Readonly<View> = {
  theme: "auto",
  density: "default",
  zone: "local",
  localZone: "UTC",
  seconds: true,
  badges: true,
  emotes: true,
  sounds: false,
  deleted: false,
  rules: [],
  readsRemoved: false,
  ownPictures: false,
  isPlain: false,
};

const current = new AsyncLocalStorage<Readonly<View>>();

/** Calls `act`, during which {@link currentView} is `view`. */
export function withView<T>(view: Readonly<View>, act: () => T): T {
  return current.run(view, act);
}

/** The view of the request that is being answered. Outside of requests, as in a live stream for many, times are UTC. */
export function currentView(): Readonly<View> {
  return current.getStore() ?? DEFAULT_VIEW;
}

/** The zone in which times are shown. */
export function shownZone({ zone, localZone }: Readonly<View> = currentView()): string {
  return zone === "utc" ? "UTC" : localZone;
}

/** Whether this is the name of a time zone. */
export function isZone(name: string): boolean {
  return formatterOf(name) !== undefined;
}

/** A time whose UTC fields are the local fields of `at` in the shown zone. */
export function shifted(at: number): number {
  const zone = shownZone();
  return zone === "UTC" ? at : at + offsetOf(zone, at);
}

/** The instant whose local fields in the shown zone are the UTC fields of `at`; of two, the later one. */
export function unshifted(at: number): number {
  const zone = shownZone();
  if (zone === "UTC") return at;
  const guess = at - offsetOf(zone, at);
  return at - offsetOf(zone, guess);
}

/** `UTC`, `UTC+1`, `UTC−3:30` */
export function zoneWords(at: number): string {
  const minutes = Math.round((shifted(at) - at) / MINUTE_MS);
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** Zones change their offset only at full quarters of an hour. */
const QUARTER_MS = HOUR_MS / 4;
const MAX_OFFSETS = 10_000;
const offsets = new Map<string, number>();

function offsetOf(zone: string, at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  const start = quarter * QUARTER_MS;
  const part = formatterOf(zone)?.formatToParts(start).find(({ type }) => type === "timeZoneName")?.value;
  // `GMT`, `GMT+01:00`, `GMT-03:30`
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(part ?? "") ?? [];
  const offset = sign === undefined
    ? 0
    : (sign === "-" ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
  offsets.set(key, offset);
  return offset;
}

/** There are about 450 zones, and their names may be written in any case: more are not kept. */
const MAX_FORMATTERS = 600;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone);
  if (known || !/^[A-Za-z][\w+\-/]{1,60}$/.test(zone)) return known;
  try {
    const formatter = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    if (formatters.size >= MAX_FORMATTERS) formatters.clear();
    formatters.set(zone, formatter);
    return formatter;
  } catch {
    // The name of no zone.
    return undefined;
  }
}
