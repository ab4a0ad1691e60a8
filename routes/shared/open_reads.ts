/** Shared by the APIs that other programs call: they are open to every site, and their failures are plain text. */
import type { Context, ErrorHandler, MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { every } from "hono/combine";
import { isOwnRequest } from "../../src/web/access/same_origin.ts";
import { Failure } from "../../src/web/failure.ts";
import { failed } from "./failed.ts";
import type { Env, Site } from "../site.tsx";

/** The capabilities of this API beside logs of days and months, by rustlog's names. */
export const CAPABILITIES = ["arbitrary-range-query", "search", "stats", "namehistory"] as const;

const CAPABILITIES_HEADER = CAPABILITIES.join(",");
const EXPOSED = ["ETag", "Retry-After", "X-Rustlog-Capabilities", "X-Scrollback-Coverage"];
/** Browsers keep the answer to a preflight for at most two hours. */
const PREFLIGHT_S = 7_200;

/**
 * Middleware for reads that pages of other sites may make. Their browsers send no cookies, but without a password this machine
 * needs none: such a page must not read what only managers may.
 */
export function openReads(site: Site): MiddlewareHandler<Env> {
  return every(
    cors({
      origin: "*",
      allowMethods: ["GET", "HEAD", "OPTIONS"],
      exposeHeaders: EXPOSED,
      maxAge: PREFLIGHT_S,
    }),
    async (c: Context<Env>, next: () => Promise<void>) => {
      c.header("X-Rustlog-Capabilities", CAPABILITIES_HEADER);
      if (site.config.showDeleted === "managers" && !isOwnRequest(c)) c.get("view").readsRemoved = false;
      await next();
    },
  );
}

/** Answers a failure with one line of plain text. */
export function plainFailures(site: Site): ErrorHandler<Env> {
  return (error, c) => {
    const failure = failed(site, c, error);
    if (failure.status === 429) c.header("Retry-After", "5");
    c.header("Cache-Control", "no-store");
    return c.text(failure.message, failure.status);
  };
}

/** The failure for a channel, a user or a day that the archive does not have; rustlog's words. */
export function notFound(): Failure {
  return new Failure("missing", "Not found");
}

/** The answer to a request for an address of these APIs that does not exist. */
export function unknownAddress(c: Context): Response {
  c.header("Access-Control-Allow-Origin", "*");
  c.header("X-Rustlog-Capabilities", CAPABILITIES_HEADER);
  return c.text(notFound().message, 404);
}
