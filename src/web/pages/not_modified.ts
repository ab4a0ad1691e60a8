import type { MiddlewareHandler } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";

/**
 * Answers 304 where the client has what the handler's `ETag` names. Only for handlers that set one, since for others the
 * whole body would be read; they make it once for all who ask.
 */
export function notModified(): MiddlewareHandler {
  return etag({ retainedHeaders: [...RETAINED_304_HEADERS, "X-Request-Id"] });
}
