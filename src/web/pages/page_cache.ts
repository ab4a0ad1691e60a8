/** Pages as they leave: made once for all who ask at the same time, compressed, and not sent to who has them already. */
import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import type { StatusCode } from "hono/utils/http-status";
import type { Access } from "../access/access.ts";
import type { FairQueue } from "./fair_queue.ts";
import { notModified } from "./not_modified.ts";
import { acceptsGzip, type Bytes, gzipped, isCompressible } from "./gzip.ts";
import { coalesce } from "./coalesce.ts";

/** What a page may depend on, beside its address and who may do what. */
const ASKED_WITH = ["Accept", "HX-Request", "HX-Request-Type", "HX-History-Restore-Request"];

interface Page {
  status: StatusCode;
  headers: Headers;
  bytes: Bytes;
  gzipped?: Bytes;
  etag: string;
}

/**
 * For what answers a GET with a page or a fragment of one, never with a stream. Whoever likes may keep a page, and asks
 * for it again before it is shown (`no-cache`): where it is still the same, 304 says so. What a manager sees is kept
 * nowhere, so that it is not found in the browser after they have logged out.
 *
 * @param hasSessions whether a cookie decides what a page shows
 * @param expensive gives way to every page that does not turn out to be expensive itself
 */
export function pages(
  access: (c: Context) => Access,
  hasSessions: boolean,
  expensive: FairQueue,
): MiddlewareHandler {
  const once = coalesce<Page>();
  const vary = ["Accept-Encoding", ...ASKED_WITH, ...(hasSessions ? ["Cookie"] : [])].join(", ");

  const make: MiddlewareHandler = async (c, next) => {
    const has = access(c);
    const key = JSON.stringify([has, c.req.url, ...ASKED_WITH.map((name) => c.req.header(name))]);
    const page = await once(key, async (gone) => {
      const isOver = expensive.giveWay();
      c.set("gone", gone);
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
      headers.set("Cache-Control", has === "logged-in" ? "no-store" : "no-cache");
      headers.set("ETag", page.etag);
    }
    const bytes = page.gzipped && acceptsGzip(c) ? page.gzipped : page.bytes;
    if (bytes === page.gzipped) headers.set("Content-Encoding", "gzip");
    if (bytes.length > 0) headers.set("Content-Length", String(bytes.length));
    // What `next` left there, if this was the one for whom the page was made.
    c.res = undefined;
    c.res = c.newResponse(bytes.length > 0 ? bytes : null, { status: page.status, headers });
  };
  return every(notModified(), make);
}

async function pageOf(answer: Response): Promise<Page> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  // Each request has one of its own.
  headers.delete("X-Request-Id");
  return {
    status: answer.status as StatusCode,
    headers,
    bytes,
    gzipped: isCompressible(headers.get("Content-Type"), bytes) ? await gzipped(bytes) : undefined,
    // Weak, since it stands for the compressed form as well.
    etag: `W/"${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}"`,
  };
}
