/** The headers that every answer carries. */
import type { MiddlewareHandler } from "hono";

/**
 * Scripts come from our own files only. Markup is escaped by the JSX runtime, chat text stands inside `hx-ignore`, and
 * no attribute that htmx would evaluate is in use: `unsafe-eval` is not needed, nor a nonce on every htmx element, which
 * fragments that are rendered once for many watchers could not carry.
 * Style attributes are allowed for a name's colour and the width of an emote.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' https://static-cdn.jtvnw.net data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

export function securityHeaders(): MiddlewareHandler {
  return async function securityHeaders(c, next) {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  };
}
