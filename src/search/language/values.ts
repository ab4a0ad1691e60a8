/** The values of operators: their meaning, and their problems. */
import { parseChannelName } from "../../chat/channel_name.ts";
import { parseUserName } from "../../chat/user_name.ts";
import { readMoment } from "./moment.ts";
import type { OperatorName } from "./tree.ts";

/** The values of `is:`. */
export const IS = [
  "action",
  "sub",
  "resub",
  "gift",
  "raid",
  "announcement",
  "notice",
  "reply",
  "first",
  "returning",
  "deleted",
  "timeout",
  "ban",
  "mode",
  "bits",
  "highlight",
  "shared",
  "filled",
  "mod",
  "vip",
  "subscriber",
  "broadcaster",
] as const;
/** A value of `is:`. */
export type IsValue = typeof IS[number];

/** The values of `has:`. */
export const HAS = ["link", "emote", "mention"] as const;
/** A value of `has:`. */
export type HasValue = typeof HAS[number];

/** A number of bits: both bounds included. */
export interface BitsRange {
  /** The smallest number. */
  from: number;
  /** The largest number; may be infinite. */
  to: number;
}

/** Reads numbers above 0: `100`, `>100`, `>=100`, `<100`, `<=100` or `100-500`; undefined if it is none of these. */
export function readBits(text: string): BitsRange | undefined {
  const range = rangeOf(text);
  return range && range.from >= 1 && range.from <= range.to ? range : undefined;
}

function rangeOf(text: string): BitsRange | undefined {
  const match = /^(?:(>=?|<=?)?(\d{1,9})|(\d{1,9})-(\d{1,9}))$/.exec(text);
  if (!match) return undefined;
  if (match[3] !== undefined) {
    return { from: Number(match[3]), to: Number(match[4]) };
  }
  const bits = Number(match[2]);
  switch (match[1]) {
    case ">":
      return { from: bits + 1, to: Infinity };
    case ">=":
      return { from: bits, to: Infinity };
    case "<":
      return { from: 1, to: bits - 1 };
    case "<=":
      return { from: 1, to: bits };
    default:
      return { from: bits, to: bits };
  }
}

/** Reads the id in `#123`; undefined if it is not an id. */
export function readNumberedId(text: string): number | undefined {
  const id = /^#(-?\d{1,15})$/.exec(text)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Twitch's id of a message. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The problem of a value, as a sentence; undefined if it is valid. */
export function valueProblem(name: OperatorName, value: string): string | undefined {
  const { needs, isValid } = RULES[name];
  if (isValid(value)) return undefined;
  return `\`${name}:\` needs ${needs}${value === "" ? "" : `; got \`${value.slice(0, 60)}\``}.`;
}

const isDate = (value: string) => readMoment(value, Date.UTC(2026, 0, 1)) !== undefined;
const isName = (value: string) => parseUserName(value) !== undefined && !value.startsWith("#");
const isUser = (value: string) => isName(value) || readNumberedId(value) !== undefined;

const DATE = "a date such as 2026-11-03 or 2026-11, a time such as 2026-11-03T20:15, today, yesterday, " +
  "or an age such as 30m, 2h, 7d or 2w (minutes, hours, days, weeks)";

const RULES: Record<OperatorName, { needs: string; isValid(value: string): boolean }> = {
  from: { needs: "a user name such as `from:nightbot`, or an id such as `from:#123`", isValid: isUser },
  to: { needs: "the user name that was replied to, such as `to:nightbot`", isValid: isName },
  mentions: {
    needs: "a user name such as `mentions:nightbot`",
    isValid: isName,
  },
  in: {
    needs: "a channel name such as `in:twitchdev`, or an id such as `in:#1`",
    isValid: (value) => parseChannelName(value) !== undefined || readNumberedId(value) !== undefined,
  },
  before: { needs: DATE, isValid: isDate },
  after: { needs: DATE, isValid: isDate },
  on: {
    needs: "a day such as 2026-11-03, a month such as 2026-11, today or yesterday",
    isValid(value) {
      const span = readMoment(value, Date.UTC(2026, 0, 1));
      return span !== undefined && span.to > span.from;
    },
  },
  is: { needs: `one of ${IS.join(", ")}`, isValid: (value) => isOneOf(IS, value) },
  has: { needs: `one of ${HAS.join(", ")}`, isValid: (value) => isOneOf(HAS, value) },
  emote: { needs: "the name of an emote, such as `emote:Kappa`", isValid: (value) => /^\S+$/.test(value) },
  badge: {
    needs: "the name of a badge, such as `badge:moderator` or `badge:subscriber/12`",
    isValid: (value) => /^[\w-]+(?:\/[\w-]+)?$/.test(value),
  },
  bits: {
    needs: "a number such as 100, >100, <=500 or 100-500",
    isValid: (value) => readBits(value) !== undefined,
  },
  thread: {
    needs: "the id of a message: the number in its address, or Twitch's UUID",
    isValid: (value) => UUID.test(value) || /^\d{1,16}$/.test(value),
  },
};

function isOneOf(values: readonly string[], value: string): boolean {
  return values.includes(value.toLowerCase());
}
