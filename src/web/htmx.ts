/** Reads the request headers of htmx 4. */
import type { Context } from "hono";

/**
 * Whether the request is for a fragment. htmx requests whole pages, too: when it restores history, when it
 * targets the body, and when it selects from the response (`HX-Request-Type: full`).
 */
export function wantsFragment(c: Context): boolean {
  return c.req.header("HX-Request") === "true" &&
    c.req.header("HX-Request-Type") !== "full" &&
    c.req.header("HX-History-Restore-Request") !== "true";
}
