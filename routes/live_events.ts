/** A channel's commits as Server-Sent Events. */
import type { Context } from "hono";
import type { StoredEvent } from "../src/chat/events.ts";
import { sseEvent } from "../src/web/sse.ts";
import type { Env, Site } from "./site.tsx";

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

const HELLO = sseEvent({ name: "hello", data: "live" });

export interface Resumption {
  /** The last id that the page has. */
  after?: number;
  /** What came since then, read once the channel is watched, so that nothing falls between. */
  backlog(): Promise<{ events: StoredEvent[]; html: string }>;
}

/**
 * `hello` at once, so that the page knows that the stream comes through whatever stands between; then rows, whose id is
 * that of the newest message in them: what the page missed, then each commit.
 */
export async function liveEvents(
  site: Site,
  c: Context<Env>,
  channelId: number,
  { after = 0, backlog }: Resumption,
): Promise<Response> {
  // Its answer has no body that somebody would read, or leave.
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);

  const watcher = await site.hub.subscribe(channelId);
  watcher.send(HELLO);
  backlog().then(({ events, html }) => {
    const last = events.at(-1)?.id ?? after;
    if (events.length > 0) watcher.send(sseEvent({ id: last, data: html }));
    watcher.begin(last);
  }).catch((error) => watcher.fail(error));
  return c.body(watcher.body, 200, HEADERS);
}
