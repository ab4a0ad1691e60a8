import type { MiddlewareHandler } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";

/**
 * Answers 304 if the client has the body that the handler's `ETag` names. Use it only for handlers that set
 * one, because otherwise the middleware reads the whole body for each request.
 */
export function notModified(): MiddlewareHandler {
  return etag({ retainedHeaders: [...RETAINED_304_HEADERS, "X-Request-Id"] });
}
