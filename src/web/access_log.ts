/** One line a request, and its duration for the metrics. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

/** What HTTP needs of a logger. */
export interface HttpLog {
  debug(message: string, properties: Record<string, unknown>): void;
  info(message: string, properties: Record<string, unknown>): void;
  error(message: string, properties: Record<string, unknown>): void;
}

export interface Served {
  method: string;
  /** The pattern, `/channels/:id`, so that there are few of them. */
  route: string;
  status: number;
  durationMs: number;
}

/** Asked every few seconds by each page in sight, by supervisors and by Prometheus. */
const PROBES = new Set(["/healthz", "/readyz", "/metrics"]);

/** Addresses carry no secrets here (the password comes in a body), but what was searched for is left out. */
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
    const level = PROBES.has(c.req.path) ? "debug" : "info";
    log[level]("{method} {path} {status} {durationMs} ms", {
      ...served,
      path: c.req.path,
      address: c.get("client")?.address,
      requestId: c.get("requestId"),
    });
  };
}
