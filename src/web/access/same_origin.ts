/** Who may ask: requests that another site makes a browser send are refused before they reach a page. */
import type { MiddlewareHandler } from "hono";
import { Failure } from "../failure.ts";

/**
 * Refuses what would change something on behalf of another site. Browsers say where a POST comes from
 * (`Sec-Fetch-Site`, older ones `Origin`). A request with neither comes from no browser, hence carries nobody's cookie
 * or place in the network against their will, and passes: `curl` may add a channel. `hono/csrf` would refuse that, take
 * a proxy that ends TLS for another site, and believe `Origin` against `Sec-Fetch-Site`.
 */
export function sameOrigin(): MiddlewareHandler {
  return async function sameOrigin(c, next) {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      const site = c.req.header("Sec-Fetch-Site");
      const origin = c.req.header("Origin");
      const same = site !== undefined
        ? site === "same-origin" || site === "none"
        : origin === undefined || hostOf(origin) === new URL(c.req.url).host;
      if (!same) {
        throw new Failure("forbidden", "This form was sent from another site.", "Use the form on this site.");
      }
    }
    await next();
  };
}

/**
 * Bound to loopback without a password, everybody who reaches the server may manage it. A hostile page could reach it
 * through a name of its own that it points at 127.0.0.1 (DNS rebinding); its requests carry that name. It is taken from the
 * request's address, since a request line with an absolute address, and HTTP/2's `:authority`, count more than `Host`.
 */
export function loopbackNamesOnly(): MiddlewareHandler {
  return async function loopbackNamesOnly(c, next) {
    const { host } = new URL(c.req.url);
    if (!isLoopbackName(host)) {
      throw new Failure(
        "forbidden",
        `This server is for this machine only, and was asked for as “${host.slice(0, 100)}”.`,
        "Open it as http://localhost, or set ADMIN_PASSWORD to serve it under another name.",
      );
    }
    await next();
  };
}

/** Whether a host, with or without a port, names this machine itself. */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
