/** Decides whether a request may change anything, and the reason if not. */
import type { Context, MiddlewareHandler } from "hono";
import type { Client } from "./client.ts";
import { Failure } from "../failure.ts";
import type { Sessions } from "./sessions.ts";

/**
 * `open`: everybody who reaches the server may manage it. `read-only`: nobody may. `proxied`: read-only,
 * because the request came through a proxy and there is no password. With a password: `logged-in` or
 * `logged-out`.
 */
export type Access = "open" | "read-only" | "proxied" | "logged-in" | "logged-out";

/**
 * Decides by the password and by how the server is reached. Without a password, a proxy on this machine would
 * let everybody on the Internet manage the archive.
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
      "Managing this archive is disabled: the server can be reached from other machines and has no password.",
    advice:
      "Set ADMIN_PASSWORD and restart the server, or let it listen on 127.0.0.1. Reading is possible without.",
  },
  "proxied": {
    message:
      "Managing this archive is disabled: this request came through a proxy, and the server has no password.",
    advice:
      "Set ADMIN_PASSWORD and restart the server, or open it on its own machine without the proxy. Reading is possible without.",
  },
  "logged-out": {
    message: "Changes require the password.",
    advice: "Log in and try again.",
  },
} as const;

/** Passes only requests that may change something. Others get a Failure with the reason. */
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
