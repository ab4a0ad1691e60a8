/** Whether this request may change anything, and if not, why. */
import type { Context, MiddlewareHandler } from "hono";
import type { Client } from "./client.ts";
import { Failure } from "../failure.ts";
import type { Sessions } from "./sessions.ts";

/**
 * `open` to everybody who reaches the server, `read-only`, `proxied` (read-only, because it came through a proxy and there
 * is no password), or for who is `logged-in` or could be (`logged-out`).
 */
export type Access = "open" | "read-only" | "proxied" | "logged-in" | "logged-out";

/**
 * How the server is reached decides, together with the password, who may manage it. Without a password a proxy on this
 * machine would make everybody on the Internet look like its owner.
 */
export function accessOf(
  c: Context,
  client: Client,
  sessions: Sessions | undefined,
  loopback: boolean,
): Access {
  if (sessions) return sessions.isOpen(c) ? "logged-in" : "logged-out";
  if (!loopback) return "read-only";
  return client.viaProxy ? "proxied" : "open";
}

export function mayManage(access: Access): boolean {
  return access === "open" || access === "logged-in";
}

const REFUSALS = {
  "read-only": {
    message:
      "Managing this archive is switched off: the server can be reached from other machines, and has no password.",
    advice: "Set ADMIN_PASSWORD and restart it, or bind it to 127.0.0.1. Reading works as it is.",
  },
  "proxied": {
    message:
      "Managing this archive is switched off: this request came through a proxy, and the server has no password.",
    advice:
      "Set ADMIN_PASSWORD and restart it, or open it on its own machine, without the proxy. Reading works as it is.",
  },
  "logged-out": {
    message: "Changing anything here needs the password.",
    advice: "Log in, and do it again.",
  },
} as const;

/** Passes only requests that may change something; the others are refused with the reason. */
export function managersOnly(access: (c: Context) => Access): MiddlewareHandler {
  return async function managersOnly(c, next) {
    const has = access(c);
    if (has !== "open" && has !== "logged-in") {
      const { message, advice } = REFUSALS[has];
      throw new Failure("forbidden", message, advice);
    }
    await next();
  };
}
