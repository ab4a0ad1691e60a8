/** Decides what a request may do, and the reason if not. */
import type { Context, MiddlewareHandler } from "hono";
import type { Token } from "../../archive/access/token.ts";
import type { Client } from "./client.ts";
import { Failure } from "../failure.ts";
import type { Sessions } from "./sessions.ts";

/**
 * `open`: everybody who reaches the server may manage it. `read-only`: nobody may. `proxied`: read-only,
 * because the request came through a proxy and there is no password. With a password: `logged-in` or
 * `logged-out`. With a token, whatever else the request carries: `managing token` if it may manage, or `token`.
 */
export type Access =
  | "open"
  | "read-only"
  | "proxied"
  | "logged-in"
  | "logged-out"
  | "token"
  | "managing token";

/**
 * Decides by the token, the password, and by how the server is reached. A token decides alone, so that a program gets what
 * its token allows and no more. Without a password, a proxy on this machine would let everybody on the Internet manage the
 * archive.
 */
export function accessOf(
  c: Context,
  client: Client,
  token: Token | undefined,
  sessions: Sessions | undefined,
  loopback: boolean,
): Access {
  if (token) return token.scopes.includes("manage") ? "managing token" : "token";
  if (sessions) return sessions.isOpen(c) ? "logged-in" : "logged-out";
  if (!loopback) return "read-only";
  return client.viaProxy ? "proxied" : "open";
}

export function mayManage(access: Access): boolean {
  return access === "managing token" || isManager(access);
}

/** Whether a person manages the archive, not a program with a token. */
export function isManager(access: Access): boolean {
  return access === "open" || access === "logged-in";
}

/** Who may read: everybody, or those with the password or a token. `token` needs no password to be set. */
const READ_ACCESS = ["open", "password", "token"] as const;
export type ReadAccess = typeof READ_ACCESS[number];

/** What a request may read. */
export interface ReadRights {
  read: boolean;
  /** Whether it may download files of all matches. */
  export: boolean;
}

export function readRights(access: Access, token: Token | undefined, readAccess: ReadAccess): ReadRights {
  if (readAccess === "open" || isManager(access)) return { read: true, export: true };
  const mayExport = token?.scopes.includes("export") ?? false;
  return { read: mayExport || (token?.scopes.includes("read") ?? false), export: mayExport };
}

const SEND_TOKEN = "Send a valid token in the header Authorization.";

/** These have rules of their own, or nothing to tell. Every other address is only for those who may read. */
const ALWAYS_OPEN = new Set(["/healthz", "/readyz", "/metrics", "/login", "/logout", "/view", "/robots.txt"]);

/** Whether an address is for everybody, whatever `READ_ACCESS` says. */
export function isAlwaysOpen(path: string): boolean {
  return ALWAYS_OPEN.has(path) || path.startsWith("/static/");
}

/**
 * Passes only requests that may read, and changes by those who may manage, whose route decides. It stands before every route,
 * so that a new one is not open by accident.
 */
export function readersOnly(readAccess: ReadAccess): MiddlewareHandler {
  return async function readersOnly(c, next) {
    if (isAlwaysOpen(c.req.path)) return await next();
    const access: Access = c.get("access");
    const rights: ReadRights = c.get("rights");
    // A browser asks so, without cookies and tokens, whether a page of another site may read. The answer has no content.
    const isQuestion = c.req.method === "OPTIONS";
    const isChange = c.req.method !== "GET" && c.req.method !== "HEAD";
    if (!rights.read && !isQuestion && !(isChange && mayManage(access))) {
      if (c.get("token")) {
        throw new Failure(
          "forbidden",
          "This token may not read the archive.",
          "Use one with the scope read.",
        );
      }
      if (access === "logged-out") {
        throw new Failure("unauthenticated", "Only those who log in or have a token may read this archive.");
      }
      throw new Failure("unauthenticated", "Only those who have a token may read this archive.", SEND_TOKEN);
    }
    await next();
    if (readAccess === "open") return;
    // What is not open is kept by no cache, and told to no other site.
    c.res.headers.set("Cache-Control", "no-store");
    for (const name of [...c.res.headers.keys()]) {
      if (name.startsWith("access-control-")) c.res.headers.delete(name);
    }
  };
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
  "token": {
    message: "This token may not manage the archive.",
    advice: "Use a token with the scope manage.",
  },
  "managing token": {
    message: "A token may not manage tokens, so that a leaked one cannot make others.",
    advice: "Log in with the password, or use `deno task token`.",
  },
} as const;

/**
 * Passes only requests that may change something. Others get a Failure with the reason.
 * @param allowed {@link mayManage}, or {@link isManager} for what a token may not do
 */
export function managersOnly(
  access: (c: Context) => Access,
  allowed: (access: Access) => boolean = mayManage,
): MiddlewareHandler {
  return async function managersOnly(c, next) {
    const has = access(c);
    if (!allowed(has)) {
      const { message, advice } = REFUSALS[has as keyof typeof REFUSALS];
      throw new Failure("forbidden", message, advice);
    }
    await next();
  };
}
