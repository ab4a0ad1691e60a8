/** For those who keep watch: a supervisor, a load balancer, a graph. */
import type { Handler } from "hono";
import { Failure } from "../src/web/failure.ts";
import { isCutOff } from "./alerts.ts";
import type { Env, Site } from "./site.tsx";

/** The process answers. */
export function alive(): Handler<Env> {
  return (c) => c.text("ok\n");
}

/** Whether it does its work: 503 with the reasons while the archive cannot be written or read, or Twitch is out of reach. */
export function ready(site: Site): Handler<Env> {
  return async (c) => {
    const status = site.recorder.status();
    const reasons: string[] = [];
    if (status.writer.state === "failing") {
      reasons.push(`the archive cannot be written: ${status.writer.reason ?? "no reason was given"}`);
    }
    if (isCutOff(status)) reasons.push("every connection to Twitch is down");
    try {
      await site.archive.totals();
    } catch (error) {
      reasons.push(`the archive cannot be read: ${error instanceof Error ? error.message : error}`);
    }
    reasons.push(...site.archive.faults().map(({ sentence }) => sentence));
    return c.json({ ready: reasons.length === 0, reasons }, reasons.length === 0 ? 200 : 503);
  };
}

export function metrics(site: Site): Handler<Env> {
  return async (c) => {
    if (!site.metrics) throw new Failure("missing", "No metrics are kept.");
    return c.body(await site.metrics.text(), 200, { "Content-Type": site.metrics.contentType });
  };
}
