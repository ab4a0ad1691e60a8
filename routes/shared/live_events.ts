/** The live stream of a topic as Server-Sent Events. */
import type { Context } from "hono";
import type { Notes } from "../../src/live/notes.ts";
import type { Topic } from "../../src/live/topic.ts";
import type { Watcher } from "../../src/live/watcher.ts";
import { Failure } from "../../src/web/failure.ts";
import { sseEvent } from "../../src/web/sse.ts";
import type { BacklogPage } from "./backlog.tsx";
import type { Env, Site } from "../site.tsx";

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

/** Makes a page with rows from the future reload, because new rows would be before them. */
const RELOAD = sseEvent({ name: "reload", data: "time" });

const HELLO = sseEvent({ name: "hello", data: "live" });

/**
 * Sends `hello` at once, so that the page knows that no proxy buffers the stream; then rows as events with the id of their
 * newest message: first each page of the backlog, then each commit.
 *
 * @param notes on the rows, sent before them
 * @param backlog rows that the page missed, read once the topic is watched, so that none is lost; "reload" if the page has
 *   rows from the future
 */
export async function liveEvents(
  site: Site,
  c: Context<Env>,
  topic: Topic,
  notes: Notes,
  backlog: AsyncGenerator<BacklogPage, void> | "reload" | undefined,
): Promise<Response> {
  // A response to HEAD has no body, so its end would never be noticed.
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
  if (backlog === "reload") return c.body(RELOAD, 200, HEADERS);

  const watcher = await watch(site, c, topic, notes);
  watcher.send(HELLO);
  if (!backlog) watcher.begin(0);
  else resume(watcher, backlog).catch((error) => watcher.fail(error));
  return c.body(watcher.body, 200, HEADERS);
}

/**
 * Subscribes the client to a topic, within the limits of streams, and for as long as it may read.
 * @throws a Failure if there are too many streams
 */
export async function watch(site: Site, c: Context<Env>, topic: Topic, notes?: Notes): Promise<Watcher> {
  const leaveSlot = site.streams ? site.streams.take(c.get("client").address) : () => {};
  if (typeof leaveSlot === "string") {
    throw new Failure("crowded", "The server has reached its limit of live streams.");
  }
  try {
    const watcher = await site.hub.subscribe(topic, notes);
    void watcher.ended.then(leaveSlot);
    endWhenRefused(watcher, c.get("mayStill"));
    return watcher;
  } catch (error) {
    leaveSlot();
    throw error;
  }
}

/** A stream ends at most this long after its reader has lost the right to read. */
const CHECKED_EVERY_MS = 2_000;

/** Ends a stream when its token is revoked or expires, or its session ends. */
function endWhenRefused(watcher: Watcher, mayStill: (() => Promise<boolean>) | undefined): void {
  if (!mayStill) return;
  const timer = setInterval(() => {
    mayStill().then((may) => may || watcher.end(), () => {
      // The archive cannot tell now: pages say so, and the next check may be answered.
    });
  }, CHECKED_EVERY_MS);
  void watcher.ended.then(() => clearInterval(timer));
}

/** Sends the backlog as fast as the page reads it. If it is cut off again, it resumes after its last row. */
async function resume(watcher: Watcher, backlog: AsyncGenerator<BacklogPage, void>): Promise<void> {
  for (let more = true; more;) {
    if (!await watcher.drained()) return;
    // Rows committed from here on may also be on the page that is being read: begin() drops those.
    watcher.forget();
    const { value: page } = await backlog.next();
    if (!page) throw new Error("a backlog ended without its last page");
    const notes = watcher.options.notes?.render(page.events);
    if (notes) watcher.send(notes);
    if (page.html !== "") watcher.send(page.event ??= sseEvent({ id: page.lastId, data: page.html }));
    if (!(more = page.more)) watcher.begin(page.lastId);
  }
}
