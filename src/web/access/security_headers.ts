/** Security and cache headers of all responses. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

export interface SecurityOptions {
  /** Origins of pictures besides this site. */
  pictures: readonly string[];
  /** Whether pages of this site may show a path in a frame; no page may show the others, and no other site any. */
  isForFrames: (path: string) => boolean;
}

/**
 * Scripts come only from this site's files. The JSX runtime escapes markup, chat text is inside `hx-ignore`,
 * and no page uses an attribute that htmx evaluates. So neither `unsafe-eval` is needed nor a nonce on htmx
 * elements, which fragments rendered once for many watchers could not have. Style attributes are allowed for
 * name colours and emote widths.
 */
export function securityHeaders({ pictures, isForFrames }: SecurityOptions): MiddlewareHandler {
  const never = headers(pictures, "'none'", "DENY");
  const ownPages = headers(pictures, "'self'", "SAMEORIGIN");
  return (c, next) => (isForFrames(c.req.path) ? ownPages : never)(c, next);
}

function headers(
  pictures: readonly string[],
  frameAncestors: string,
  xFrameOptions: string,
): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", ...pictures, "data:"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: [frameAncestors],
    },
    xFrameOptions,
    referrerPolicy: "same-origin",
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
    // HSTS is up to the proxy that ends TLS.
    strictTransportSecurity: false,
    // Current browsers behave so by default, and every poll would carry these headers.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}

/** Sets `Cache-Control: no-store` unless the handler set another value. */
export function noStore(): MiddlewareHandler {
  return async function noStore(c, next) {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  };
}
