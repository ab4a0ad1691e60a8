/** Logs one line per request, reports its duration for the metrics, and names its span by the route. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

/** The logger of the HTTP code. */
export interface HttpLog {
  debug(message: string, properties: Record<string, unknown>): void;
  info(message: string, properties: Record<string, unknown>): void;
  error(message: string, properties: Record<string, unknown>): void;
}

export interface Served {
  method: string;
  /** The route's pattern, such as `/channels/:id`, which keeps the number of series small. */
  route: string;
  status: number;
  durationMs: number;
}

/** The part of OpenTelemetry's Span that is used. */
export interface RequestSpan {
  setAttribute(key: string, value: string): unknown;
  updateName(name: string): unknown;
}

/** Visible pages, supervisors and Prometheus request these every few seconds. */
const PROBES = new Set(["/healthz", "/readyz", "/metrics"]);

/**
 * Logs the path without the query, which contains search terms. Paths contain no secrets: the password is in
 * a body.
 */
export function accessLog(log: HttpLog, observe: (served: Served) => void): MiddlewareHandler {
  return async function accessLog(c, next) {
    const startedAt = performance.now();
    await next();
    const served = {
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    };
    observe(served);
    const span = (c.env as { span?: RequestSpan } | undefined)?.span;
    span?.setAttribute("http.route", served.route);
    span?.updateName(`${served.method} ${served.route}`);
    const level = PROBES.has(c.req.path) ? "debug" : "info";
    log[level]("{method} {path} {status} {durationMs} ms", {
      ...served,
      path: c.req.path,
      address: c.get("client")?.address,
      requestId: c.get("requestId"),
    });
  };
}
