/** Login sessions, opened with the password and kept in memory only. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type Clock, DAY_MS, systemClock } from "../../clock.ts";
import type { Client } from "./client.ts";

const COOKIE = "scrollback_session";
const LASTS_MS = 7 * DAY_MS;
/** Beyond this number, the oldest session ends. */
const MAX_SESSIONS = 1_000;

export interface Sessions {
  /** Whether the password is right, in constant time. */
  matches(password: string): boolean;
  open(c: Context): void;
  /** Ends the session on the server, so that every copy of its cookie is invalid. */
  close(c: Context): void;
  isOpen(c: Context): boolean;
}

/**
 * The cookie contains only a random id; the session is in memory. A session ends when it is closed, after 7
 * days, or with the process.
 */
export function createSessions(password: string, clock: Clock = systemClock): Sessions {
  const expected = digest(password);
  /** End times by the digest of the session id, oldest session first. */
  const endsAt = new Map<string, number>();
  const keyOf = (c: Context) => digest(getCookie(c, COOKIE) ?? "").toString("base64");

  return {
    matches: (given) => timingSafeEqual(digest(given), expected),
    open(c) {
      for (const [key, end] of endsAt) if (end <= clock.monotonicMs()) endsAt.delete(key);
      const id = randomBytes(32).toString("base64url");
      endsAt.set(digest(id).toString("base64"), clock.monotonicMs() + LASTS_MS);
      if (endsAt.size > MAX_SESSIONS) endsAt.delete(endsAt.keys().next().value!);
      setCookie(c, COOKIE, id, { ...cookieOptions(c), maxAge: LASTS_MS / 1_000 });
    },
    close(c) {
      endsAt.delete(keyOf(c));
      deleteCookie(c, COOKIE, cookieOptions(c));
    },
    isOpen: (c) => (endsAt.get(keyOf(c)) ?? 0) > clock.monotonicMs(),
  };
}

function cookieOptions(c: Context) {
  const { https }: Client = c.get("client");
  return { httpOnly: true, sameSite: "Strict", path: "/", secure: https } as const;
}

export function digest(text: string) {
  return createHash("sha256").update(text).digest();
}
