/** Whether this request may change anything, and if not, why. */
import type { Context, MiddlewareHandler } from "hono";
import { Failure } from "./failure.ts";
import type { Sessions } from "./session.ts";

/** `open` to everybody who reaches the server, `read-only`, or for who is `logged-in` or could be (`logged-out`). */
export type Access = "open" | "read-only" | "logged-in" | "logged-out";

/** How the server is reached decides, together with the password, who may manage it. */
export async function accessOf(
  c: Context,
  sessions: Sessions | undefined,
  loopback: boolean,
): Promise<Access> {
  if (sessions) return await sessions.isOpen(c) ? "logged-in" : "logged-out";
  return loopback ? "open" : "read-only";
}

export function mayManage(access: Access): boolean {
  return access === "open" || access === "logged-in";
}

/** Lets only those through who may change things; the others are told why not. */
export function managersOnly(access: (c: Context) => Access): MiddlewareHandler {
  return async function managersOnly(c, next) {
    const has = access(c);
    if (has === "read-only") {
      throw new Failure(
        "forbidden",
        "Managing this archive is switched off: the server can be reached from other machines, and has no password.",
        "Set ADMIN_PASSWORD and restart it, or bind it to 127.0.0.1. Reading works as it is.",
      );
    }
    if (has === "logged-out") {
      throw new Failure(
        "forbidden",
        "Changing anything here needs the password.",
        "Log in, and do it again.",
      );
    }
    await next();
  };
}
