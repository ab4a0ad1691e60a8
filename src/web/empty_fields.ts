/** Removes the empty fields that a GET form adds to an address. */
import type { Context, MiddlewareHandler } from "hono";
import { wantsFragment } from "./htmx.ts";

/**
 * Returns path and query of a request without fields that have a blank value. The others keep their order.
 */
export function cleanAddress(c: Context): string {
  const { pathname, searchParams } = new URL(c.req.url);
  const filled = new URLSearchParams([...searchParams].filter(([, value]) => value.trim() !== ""));
  return `${pathname}${filled.size > 0 ? `?${filled}` : ""}`;
}

/**
 * Redirects a request for a page to its address without empty fields, so that `?q=key&user=&from=` is not
 * shown, shared or kept in the history. Fragments are not redirected; their route sets the address.
 * @param hasFlags whether parameters of this path count by their presence, and need no value
 */
export function withoutEmptyFields(hasFlags: (path: string) => boolean): MiddlewareHandler {
  return async function withoutEmptyFields(c, next) {
    const { method, path } = c.req;
    const isPage = (method === "GET" || method === "HEAD") && !wantsFragment(c) && !hasFlags(path);
    if (isPage && hasEmptyField(c.req.url)) return c.redirect(cleanAddress(c), 303);
    await next();
  };
}

function hasEmptyField(url: string): boolean {
  const query = url.indexOf("?");
  return query >= 0 &&
    [...new URLSearchParams(url.slice(query)).values()].some((value) => value.trim() === "");
}
