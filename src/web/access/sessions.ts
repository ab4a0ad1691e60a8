/** Who may change anything: sessions, each opened with the password and kept in this process only. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type Clock, systemClock } from "../../clock.ts";
import type { Client } from "./client.ts";

const COOKIE = "scrollback_session";
const LASTS_MS = 7 * 24 * 60 * 60_000;
/** Beyond it the session that was opened first ends. */
const MAX_SESSIONS = 1_000;

export interface Sessions {
  /** Whether the password is the right one; takes as long for a wrong one. */
  matches(password: string): boolean;
  open(c: Context): void;
  /** Ends the session here: its cookie, and every copy of it, opens nothing any more. */
  close(c: Context): void;
  isOpen(c: Context): boolean;
}

/**
 * A cookie is a random id and nothing else; what it opens stands here. So a session ends when it is closed, after a week,
 * and with the process.
 */
export function createSessions(password: string, clock: Clock = systemClock): Sessions {
  const expected = digest(password);
  /** When each ends, by the digest of its id, in the order in which they were opened. */
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
