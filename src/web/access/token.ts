/** Makes tokens, and tells which one a request carries. */
import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { type Scope, SCOPES, type Token, TOKEN_IN_TEXT, TOKEN_PREFIX } from "../../archive/access/token.ts";
import { DAY_MS } from "../../clock.ts";
import { Failure } from "../failure.ts";

/** A token is random, so its hash needs no salt and no slowness: there are 2^256 to guess from. */
const RANDOM_BYTES = 32;
/** Characters that its owner sees later. The rest keeps more than 220 random bits. */
const SHOWN = TOKEN_PREFIX.length + 4;
const TOKEN = /^sbk_[\w-]{43}$/;
const SCHEME = "bearer ";

export interface TokenWishes {
  name: string;
  scopes: readonly Scope[];
  /** Days until it expires; missing = never. */
  days?: number;
}

/** Makes a token. `text` is what its owner gets, once. @param now epoch milliseconds */
export function makeToken({ name, scopes, days }: TokenWishes, now: number): { text: string; token: Token } {
  const text = TOKEN_PREFIX + randomBytes(RANDOM_BYTES).toString("base64url");
  const token: Token = {
    name,
    hash: hashOf(text),
    start: text.slice(0, SHOWN),
    scopes: SCOPES.filter((scope) => scopes.includes(scope)),
    createdAt: now,
    expiresAt: days === undefined ? undefined : now + days * DAY_MS,
  };
  return { text, token };
}

/** Ten years. */
const MAX_DAYS = 3_650;

/** What {@link parseDays} accepts. */
export const DAYS_RULE = `Enter a whole number of days from 1 to ${MAX_DAYS}, or nothing.`;

/** The days until a token expires: `{}` for an empty text; undefined if the text is no such number. */
export function parseDays(text: string): { days?: number } | undefined {
  if (text.trim() === "") return {};
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return days >= 1 && days <= MAX_DAYS ? { days } : undefined;
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whether the text has the form of a token. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * The token of a request, from `X-Api-Key` or `Authorization: Bearer`; undefined if it carries none. Of `Authorization`, only
 * what begins as our tokens do counts: a proxy may have a use of its own for that header.
 * @throws a Failure if there are two, or if one is in the address, which logs and histories keep
 */
export function tokenOf(c: Context): string | undefined {
  if (TOKEN_IN_TEXT.test(c.req.url) || TOKEN_IN_TEXT.test(decoded(c.req.url))) {
    throw new Failure(
      "invalid",
      "There is a token in the address of this request.",
      "Revoke that token, because addresses are logged and kept. Send tokens in the header Authorization or X-Api-Key.",
    );
  }
  const key = c.req.header("X-Api-Key");
  const header = c.req.header("Authorization") ?? "";
  const bearer = header.slice(0, SCHEME.length).toLowerCase() === SCHEME
    ? header.slice(SCHEME.length).trim()
    : "";
  const own = bearer.startsWith(TOKEN_PREFIX) ? bearer : undefined;
  if (key !== undefined && own !== undefined && key !== own) {
    throw new Failure("invalid", "The headers Authorization and X-Api-Key carry different tokens.");
  }
  return key ?? own;
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    // Not valid as a whole: then the characters that a token may hide are decoded one by one.
    return url.replaceAll(/%[2-7][0-9a-f]/gi, (code) => decodeURIComponent(code));
  }
}
