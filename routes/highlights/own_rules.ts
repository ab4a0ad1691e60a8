/** A reader's own highlight rules: each browser keeps them in a cookie, so that pages are rendered with them. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { type HighlightRule, MARK_COLORS, type MarkColor } from "../../src/archive/saved/highlight_rule.ts";
import { MAX_SEARCH_LENGTH } from "../../src/search/language/parse.ts";
import { DAY_MS } from "../../src/clock.ts";
import type { Env } from "../site.tsx";

const COOKIE = "scrollback_highlights";
/** Browsers keep cookies for at most 400 days. */
const KEPT_S = 400 * DAY_MS / 1_000;
export const MAX_OWN_RULES = 20;
/** Browsers keep cookies of at most 4,096 bytes with their name and attributes. */
const MAX_COOKIE_BYTES = 3_900;

/** Wrong parts are ignored: the cookie may be of another version. */
export function ownRules(c: Context): HighlightRule[] {
  const lines = (getCookie(c, COOKIE) ?? "").slice(0, MAX_COOKIE_BYTES).split("\n");
  const rules = lines.map(ruleIn).filter((rule) => rule !== undefined);
  return rules.slice(0, MAX_OWN_RULES);
}

/** Sets the cookie; false if the rules are too long for one. */
export function keepOwnRules(c: Context<Env>, rules: readonly HighlightRule[]): boolean {
  const value = rules.map(lineOf).join("\n");
  if (encodeURIComponent(value).length > MAX_COOKIE_BYTES) return false;
  setCookie(c, COOKIE, value, {
    path: "/",
    sameSite: "Lax",
    httpOnly: true,
    secure: c.get("client").https,
    maxAge: value === "" ? 0 : KEPT_S,
  });
  return true;
}

/** `amber gg`, with sound `amber! gg` */
function lineOf({ color, sound, search }: HighlightRule): string {
  return `${color}${sound ? "!" : ""} ${search}`;
}

function ruleIn(line: string): HighlightRule | undefined {
  const blank = line.indexOf(" ");
  const [head, search] = [line.slice(0, Math.max(0, blank)), line.slice(blank + 1)];
  const sound = head.endsWith("!");
  const color = sound ? head.slice(0, -1) : head;
  if (!isMarkColor(color) || search === "" || search.length > MAX_SEARCH_LENGTH) return undefined;
  return { search, color, sound };
}

export function isMarkColor(text: string): text is MarkColor {
  return (MARK_COLORS as readonly string[]).includes(text);
}
