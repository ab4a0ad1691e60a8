/** Turns errors into failures that every kind of answer can show, and logs bugs. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { asFailure, Failure } from "../../src/web/failure.ts";
import type { Env, Site } from "../site.tsx";

/** The failure for the user. A bug is logged with its request; `Retry-After` is set if another try may succeed. */
export function failed(site: Site, c: Context<Env>, error: Error): Failure {
  if (c.req.raw.signal.aborted) return new Failure("busy", "The client has left.");
  const failure = asFailure(error instanceof HTTPException ? readable(error) : error);
  if (failure.code === "broken") {
    site.log.error("{method} {path} failed: {error}", {
      method: c.req.method,
      path: c.req.path,
      requestId: c.get("requestId"),
      error: error.stack ?? String(error),
      cause: error.cause,
    });
  }
  if (failure.status === 503) c.header("Retry-After", failure.code === "crowded" ? "30" : "5");
  return failure;
}

/** Hono's own errors, such as for a body that does not match its Content-Type. */
function readable(error: HTTPException): Failure {
  if (error.status === 413) return new Failure("too_large", "The request was too long.");
  if (error.status < 500) return new Failure("invalid", error.message || "The request could not be read.");
  return new Failure("broken", "The page could not be rendered.");
}
