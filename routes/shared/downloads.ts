/** Downloads of logs and of search results: bounded in number, and sent as fast as the client reads. */
import type { Context } from "hono";
import { Failure } from "../../src/web/failure.ts";
import type { Env, Site } from "../site.tsx";

/**
 * Takes a slot for a download, and returns a function that releases it.
 * @throws a Failure if the client, or all clients, have too many downloads
 */
export function takeDownload({ downloads }: Site, c: Context<Env>): () => void {
  const release = downloads.take(c.get("client").address);
  if (release === "total") throw new Failure("busy", "Too many downloads: try again in a few seconds");
  if (release === "client") {
    const most = downloads.bounds.streamsPerClient;
    throw new Failure("rate_limited", `At most ${most} downloads at the same time from one address`);
  }
  return release;
}

/** Reads one piece ahead of the client. @param release called when the body ends, for whatever reason */
export function bodyOf(pieces: AsyncGenerator<Uint8Array>, release: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (!done) return controller.enqueue(value);
        release();
        controller.close();
      } catch (error) {
        release();
        controller.error(error);
      }
    },
    async cancel() {
      release();
      await pieces.return(undefined);
    },
  }, { highWaterMark: 1 });
}
