/** Who may change anything: a signed cookie, given for the password. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";

const COOKIE = "scrollback_session";
const LASTS_MS = 7 * 24 * 60 * 60_000;

export interface Sessions {
  /** Whether the password is the right one; takes as long for a wrong one. */
  matches(password: string): boolean;
  open(c: Context): Promise<void>;
  close(c: Context): void;
  isOpen(c: Context): Promise<boolean>;
}

/** The key is this process's own: a restart, and so a new password, ends every session. */
export function createSessions(password: string, now: () => number = Date.now): Sessions {
  const key = randomBytes(32).toString("base64");
  const expected = digest(password);
  return {
    matches: (given) => timingSafeEqual(digest(given), expected),
    open: (c) =>
      setSignedCookie(c, COOKIE, String(now() + LASTS_MS), key, {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        maxAge: LASTS_MS / 1000,
        secure: isHttps(c),
      }),
    close: (c) => void deleteCookie(c, COOKIE, { path: "/", secure: isHttps(c) }),
    async isOpen(c) {
      const until = await getSignedCookie(c, key, COOKIE);
      return typeof until === "string" && Number(until) > now();
    },
  };
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function isHttps(c: Context): boolean {
  return c.req.url.startsWith("https:") || c.req.header("X-Forwarded-Proto") === "https";
}
