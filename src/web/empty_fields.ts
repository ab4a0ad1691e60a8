/** Addresses without the empty fields that a form by GET sends along. */
import type { Context, MiddlewareHandler } from "hono";
import { wantsFragment } from "./htmx.ts";

/** Path and query of a request without blank values; other fields stay as they are, in their order. */
export function cleanAddress(c: Context): string {
  const { pathname, searchParams } = new URL(c.req.url);
  const filled = new URLSearchParams([...searchParams].filter(([, value]) => value.trim() !== ""));
  return `${pathname}${filled.size > 0 ? `?${filled}` : ""}`;
}

/**
 * Redirects a request for a page to its address without empty fields, so that `?q=key&user=&from=` is neither shown,
 * shared nor kept in the history. A fragment is answered as it is; its route says which address belongs to it.
 */
export function withoutEmptyFields(): MiddlewareHandler {
  return async function withoutEmptyFields(c, next) {
    const { method } = c.req;
    const isPage = (method === "GET" || method === "HEAD") && !wantsFragment(c);
    if (isPage && hasEmptyField(c.req.url)) return c.redirect(cleanAddress(c), 303);
    await next();
  };
}

function hasEmptyField(url: string): boolean {
  const query = url.indexOf("?");
  return query >= 0 &&
    [...new URLSearchParams(url.slice(query)).values()].some((value) => value.trim() === "");
}
