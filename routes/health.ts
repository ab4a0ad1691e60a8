/** Endpoints for supervisors, load balancers and monitoring. */
import { timingSafeEqual } from "node:crypto";
import type { Context, Handler } from "hono";
import { Failure } from "../src/web/failure.ts";
import { digest } from "../src/web/access/sessions.ts";
import { clockFault, isCutOff } from "./alerts.ts";
import type { Env, Site } from "./site.tsx";

const SCHEME = "bearer ";

/** Liveness: always 200. */
export function alive(): Handler<Env> {
  return (c) => c.text("ok\n");
}

/** Whether a request may see the program's status. If a metrics token is set, it takes that token or a login. */
export function watchers(token: string | undefined): (c: Context<Env>) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return (c) => {
    if (c.get("access") === "logged-in") return true;
    // RFC 9110: the name of an authentication scheme is case-insensitive.
    const header = c.req.header("Authorization") ?? "";
    return header.slice(0, SCHEME.length).toLowerCase() === SCHEME &&
      timingSafeEqual(digest(header.slice(SCHEME.length)), expected);
  };
}

/**
 * Readiness: 503 while the archive cannot be written or read, or Twitch cannot be reached, with the reasons for clients that
 * may see them.
 */
export function ready(site: Site, mayWatch: (c: Context<Env>) => boolean): Handler<Env> {
  return async (c) => {
    const status = site.recorder.status();
    const reasons: string[] = [];
    if (status.writer.state === "failing") {
      reasons.push(`the archive cannot be written: ${status.writer.reason ?? "no reason was given"}`);
    }
    const clock = clockFault(status);
    if (clock !== undefined) reasons.push(`the clock of this machine is wrong: ${clock}`);
    if (status.time.ahead > 0) {
      reasons.push(
        `${status.time.ahead} ${
          status.time.ahead === 1 ? "message is" : "messages are"
        } in the future; run doctor --repair`,
      );
    }
    if (isCutOff(status)) reasons.push("every connection to Twitch is down");
    try {
      await site.archive.totals();
    } catch (error) {
      reasons.push(`the archive cannot be read: ${error instanceof Error ? error.message : error}`);
    }
    reasons.push(...site.archive.faults().map(({ sentence }) => sentence));
    const ready = reasons.length === 0;
    return c.json(mayWatch(c) ? { ready, reasons } : { ready }, ready ? 200 : 503);
  };
}

export function metrics(site: Site, mayWatch: (c: Context<Env>) => boolean): Handler<Env> {
  return async (c) => {
    if (!mayWatch(c)) {
      return c.text("METRICS_TOKEN is needed as a bearer token\n", 401, { "WWW-Authenticate": "Bearer" });
    }
    if (!site.metrics) throw new Failure("missing", "Metrics are off.");
    return c.body(await site.metrics.text(), 200, { "Content-Type": site.metrics.contentType });
  };
}
