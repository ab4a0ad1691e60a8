/** What htmx 4 says about its requests, and what we say back. */
import type { Context } from "hono";

/**
 * Whether a fragment is wanted. htmx asks for whole pages too: when it restores history, when it targets the body, and
 * when it selects from the answer (`HX-Request-Type: full`).
 */
export function wantsFragment(c: Context): boolean {
  return c.req.header("HX-Request") === "true" &&
    c.req.header("HX-Request-Type") !== "full" &&
    c.req.header("HX-History-Restore-Request") !== "true";
}

/** The id of the element that will be replaced, out of `HX-Target: ul#channel-list`. */
export function targetId(c: Context): string | undefined {
  return c.req.header("HX-Target")?.split("#")[1];
}
