/** A channel's commits as Server-Sent Events. */
import type { Context } from "hono";
import type { StoredEvent } from "../src/chat/events.ts";
import type { Env, Site } from "./site.tsx";

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

export interface Resumption {
  /** The last id that the page has. */
  after?: number;
  /** What came since then, read once the channel is watched, so that nothing falls between. */
  backlog(): Promise<{ events: StoredEvent[]; html: string }>;
}

/**
 * `hello` at once, so that the page knows that the stream comes through whatever stands between; then rows, whose id is
 * that of the newest message in them. Batches that gathered while the page was reading go out as one event.
 */
export async function liveEvents(
  site: Site,
  c: Context<Env>,
  channelId: number,
  { after = 0, backlog }: Resumption,
): Promise<Response> {
  // Its answer has no body that somebody would read, or leave.
  if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);

  const leaving = new AbortController();
  const watcher = await site.hub.subscribe(channelId, leaving.signal);

  async function* stream(): AsyncGenerator<string> {
    let last = after;
    try {
      yield event({ name: "hello", data: "live" });
      const { events, html } = await backlog();
      if (events.length > 0) {
        last = events.at(-1)!.id;
        yield event({ id: last, data: html });
      }
      for await (const batches of watcher) {
        const fresh = batches.filter((batch) => batch.lastId > last);
        if (fresh.length === 0) {
          yield ":\n\n";
          continue;
        }
        last = fresh.at(-1)!.lastId;
        yield event({ id: last, data: fresh.map(({ html }) => html).join("") });
      }
    } finally {
      leaving.abort();
    }
  }

  const events = stream();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    // Not by way of the generator, which may be waiting for the next batch: this ends its wait.
    cancel: () => leaving.abort(),
  }, { highWaterMark: 0 });

  return c.body(body, 200, HEADERS);
}

function event({ id, name, data }: { id?: number; name?: string; data: string }): string {
  let text = "";
  if (name !== undefined) text += `event: ${name}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  // A message may contain a line break only as markup does: anywhere, and each line needs its field.
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}
