/** Refuses requests that another site makes a browser send. */
import type { Context, MiddlewareHandler } from "hono";
import { Failure } from "../failure.ts";

/** Methods that change nothing. OPTIONS asks which other ones are allowed. */
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses changes on behalf of another site. Browsers send the origin of a POST (`Sec-Fetch-Site`, older ones
 * `Origin`). A request with neither does not come from a browser, so it cannot misuse a user's cookie or
 * network position, and passes: `curl` may add a channel. So does one with a valid token, which only the
 * program that has it can add, and whose rights come from it alone. `hono/csrf` would refuse that, treat a proxy that
 * ends TLS as another site, and prefer `Origin` to `Sec-Fetch-Site`.
 */
export function sameOrigin(): MiddlewareHandler {
  return async function sameOrigin(c, next) {
    if (!READS.has(c.req.method) && !c.get("token") && !isOwnRequest(c)) {
      throw new Failure("forbidden", "This form was sent from another site.", "Use the form on this site.");
    }
    await next();
  };
}

/** Whether no page of another site made a browser send the request. */
export function isOwnRequest(c: Context): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  return site !== undefined
    ? site === "same-origin" || site === "none"
    : origin === undefined || hostOf(origin) === new URL(c.req.url).host;
}

/**
 * Refuses requests for names other than loopback names. On loopback without a password, every client may
 * manage the archive, and a hostile page could reach the server through its own name that resolves to
 * 127.0.0.1 (DNS rebinding). The name is taken from the request's URL, because an absolute request target and
 * HTTP/2's `:authority` override `Host`.
 */
export function loopbackNamesOnly(): MiddlewareHandler {
  return async function loopbackNamesOnly(c, next) {
    const { host } = new URL(c.req.url);
    if (!isLoopbackName(host)) {
      throw new Failure(
        "forbidden",
        `This server serves this machine only, but the request was for “${host.slice(0, 100)}”.`,
        "Open it as http://localhost, or set ADMIN_PASSWORD to serve it under another name.",
      );
    }
    await next();
  };
}

/** Whether a host, with or without a port, is a name of this machine. */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
