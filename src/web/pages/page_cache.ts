/** Renders a page once for concurrent requests, compresses it, and answers 304 to clients that have it. */
import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import type { StatusCode } from "hono/utils/http-status";
import type { Access } from "../access/access.ts";
import type { FairQueue } from "./fair_queue.ts";
import { notModified } from "./not_modified.ts";
import { acceptsGzip, type Bytes, gzipped, isCompressible } from "./gzip.ts";
import { coalesce } from "./coalesce.ts";

/** Request headers on which a page may depend, besides its address and the access. */
const ASKED_WITH = ["Accept", "HX-Request", "HX-Request-Type", "HX-History-Restore-Request"];

interface Page {
  status: StatusCode;
  headers: Headers;
  bytes: Bytes;
  gzipped?: Bytes;
  etag: string;
}

/**
 * Middleware for handlers that answer a GET with a page or a fragment, never with a stream. Clients may cache
 * a page, but revalidate it before use (`no-cache`). Private pages are not cached, so that the browser does
 * not show them after the logout.
 *
 * @param isPrivate whether a page is only for some
 * @param viewed what a page depends on beside the access, from cookies
 * @param expensive yields to every page that is not expensive itself
 */
export function pages(
  access: (c: Context) => Access,
  isPrivate: (c: Context) => boolean,
  viewed: (c: Context) => string,
  expensive: FairQueue,
): MiddlewareHandler {
  const once = coalesce<Page>();
  const vary = ["Accept-Encoding", ...ASKED_WITH, "Cookie", "Authorization", "X-Api-Key"].join(", ");

  const make: MiddlewareHandler = async (c, next) => {
    const has = access(c);
    const key = JSON.stringify([has, viewed(c), c.req.url, ...ASKED_WITH.map((name) => c.req.header(name))]);
    const page = await once(key, async (abandoned) => {
      const isOver = expensive.giveWay();
      c.set("abandoned", abandoned);
      c.set("isExpensive", isOver);
      try {
        await next();
        return await pageOf(c.res);
      } finally {
        isOver();
      }
    }, c.req.raw.signal);
    const headers = new Headers(page.headers);
    headers.set("Vary", vary);
    if (page.status === 200) {
      headers.set("Cache-Control", isPrivate(c) ? "no-store" : "no-cache");
      headers.set("ETag", page.etag);
    }
    const bytes = page.gzipped && acceptsGzip(c) ? page.gzipped : page.bytes;
    if (bytes === page.gzipped) headers.set("Content-Encoding", "gzip");
    if (bytes.length > 0) headers.set("Content-Length", String(bytes.length));
    // Removes the response that `next` set if this request rendered the page.
    c.res = undefined;
    c.res = c.newResponse(bytes.length > 0 ? bytes : null, { status: page.status, headers });
  };
  return every(notModified(), make);
}

async function pageOf(answer: Response): Promise<Page> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  // Each request has its own.
  headers.delete("X-Request-Id");
  return {
    status: answer.status as StatusCode,
    headers,
    bytes,
    gzipped: isCompressible(headers.get("Content-Type"), bytes) ? await gzipped(bytes) : undefined,
    // Weak, because it identifies the compressed form too.
    etag: `W/"${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}"`,
  };
}
