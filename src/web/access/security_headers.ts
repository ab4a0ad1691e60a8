/** The headers that every answer carries. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * Scripts come from our own files only. Markup is escaped by the JSX runtime, chat text stands inside `hx-ignore`, and
 * no attribute that htmx would evaluate is in use: `unsafe-eval` is not needed, nor a nonce on every htmx element, which
 * fragments that are rendered once for many watchers could not carry.
 * Style attributes are allowed for a name's colour and the width of an emote.
 */
export function securityHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", "https://static-cdn.jtvnw.net", "data:"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    referrerPolicy: "same-origin",
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
    // Whether a host is to be asked by HTTPS only is the matter of the proxy that ends TLS.
    strictTransportSecurity: false,
    // What these say is what today's browsers do, and every poll would carry it.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}

/** Answers are kept nowhere unless their handler says otherwise. */
export function noStore(): MiddlewareHandler {
  return async function noStore(c, next) {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  };
}
