/** New messages that match a search, as Server-Sent Events with JSON. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "hono";
import { ALL_CHANNELS } from "../../../src/archive/writer.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import type { Topic } from "../../../src/live/topic.ts";
import type { Watcher } from "../../../src/live/watcher.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import { isOwnRequest } from "../../../src/web/access/same_origin.ts";
import { Failure } from "../../../src/web/failure.ts";
import { SOCKET_LINES } from "../../../src/web/server/answer_upgrade.ts";
import type { Query } from "../../../src/find/query.ts";
import { sseEvent } from "../../../src/web/sse.ts";
import { withView } from "../../../components/view.ts";
import type { ValidFields } from "../../search/query/fields.ts";
import { acceptsOf } from "../../../src/find/accepts.ts";
import { watch } from "../../shared/live_events.ts";
import type { Env, Site } from "../../site.tsx";
import { id, q, searchOf } from "./parameters.ts";
import { PROBLEMS } from "./problem.ts";
import { messageOf } from "./shapes.ts";

/** Messages read at once from the archive. */
const PAGE = 200;

export const streamRoute = createRoute({
  method: "get",
  path: "/stream",
  tags: ["Live"],
  summary: "Messages that match a search, as they are stored",
  description:
    "Server-Sent Events, or a WebSocket at the same address. `message` has a message as JSON and its id; `hello` is sent at the beginning. " +
    "With `Last-Event-ID` or `after_id` the stream first sends every match after that message, without a gap. A client that does " +
    "not keep up gets `lagging` with `after_id`, from which it can resume, and the stream ends. On a WebSocket each message is " +
    'an object: `{"type":"message","message":{…}}`, `{"type":"hello"}`, `{"type":"lagging","after_id":…}`.',
  request: {
    query: z.strictObject({ q, after_id: id.optional() }),
    headers: z.object({ "last-event-id": id.optional() }),
  },
  responses: {
    ...PROBLEMS,
    200: {
      description: "Events, until the client disconnects.",
      content: { "text/event-stream": { schema: z.string() } },
    },
  },
});

type Input = {
  out: {
    query: z.output<typeof streamRoute.request.query>;
    header: z.output<typeof streamRoute.request.headers>;
  };
};

/** How a stream is written: as Server-Sent Events, or as JSON lines for a WebSocket. */
interface Format {
  name: string;
  headers: Record<string, string>;
  hello: Uint8Array<ArrayBuffer>;
  /** Each message is apart, so that a stream can resume after any of them. */
  messages: (events: readonly StoredEvent[]) => Uint8Array<ArrayBuffer>;
  lagging: (after: number) => Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();
const line = (message: object) => `${JSON.stringify(message)}\n`;

const EVENTS: Format = {
  name: "events",
  headers: {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  },
  hello: sseEvent({ name: "hello", data: "{}" }),
  messages: (events) =>
    encoder.encode(
      events.map((event) => `event: message\nid: ${event.id}\ndata: ${JSON.stringify(messageOf(event))}\n\n`)
        .join(""),
    ),
  lagging: (after) => sseEvent({ name: "lagging", data: JSON.stringify({ after_id: after }) }),
};

const SOCKET: Format = {
  name: "socket",
  // Compressed lines would be no lines.
  headers: { "Content-Type": SOCKET_LINES, "Cache-Control": "no-store, no-transform" },
  hello: encoder.encode(line({ type: "hello" })),
  messages: (events) =>
    encoder.encode(events.map((event) => line({ type: "message", message: messageOf(event) })).join("")),
  lagging: (after) => encoder.encode(line({ type: "lagging", after_id: after })),
};

export function stream(site: Site): Handler<Env, "/stream", Input> {
  return async (c) => {
    const { q, after_id } = c.req.valid("query");
    const { "last-event-id": last } = c.req.valid("header");
    const fields = await searchOf(site, c, q);
    const after = last ?? after_id;
    // A response to HEAD has no body, so its end would never be noticed.
    if (c.req.method === "HEAD") return c.body(null, 200, EVENTS.headers);
    const format = c.req.header("Upgrade")?.toLowerCase() === "websocket" ? SOCKET : EVENTS;
    // Browsers let any site open a WebSocket, also to this machine, which may read without a token.
    const isClosed = (site.config.readAccess ?? "open") !== "open";
    if (format === SOCKET && isClosed && !c.get("token") && !isOwnRequest(c)) {
      throw new Failure("forbidden", "A page of another site cannot read this archive.");
    }
    const watcher = await watch(site, c, topicOf(site, fields, format));
    watcher.send(format.hello);
    if (after === undefined) watcher.begin(0);
    else {
      const missed = withView(
        site.streamView,
        () => resume(site, watcher, { query: fields.query, format, after }),
      );
      missed.catch((error) => watcher.fail(error));
    }
    return c.body(watcher.body, 200, format.headers);
  };
}

function topicOf(site: Site, { search, query }: ValidFields, { name, messages, lagging }: Format): Topic {
  return {
    key: `api ${name} ${printSearch(search)}`,
    channelId: query.channelId ?? ALL_CHANNELS,
    accepts: acceptsOf(query),
    render: (events) => withView(site.streamView, () => messages(events.map(site.streamed))),
    lagging,
  };
}

/**
 * Sends every match after a message as fast as the client reads, and then the matches that were committed meanwhile.
 */
async function resume(
  site: Site,
  watcher: Watcher,
  { query, format, after }: { query: Query; format: Format; after: number },
): Promise<void> {
  for (let place = after, more = true; more;) {
    if (!await watcher.drained()) return;
    // Rows committed from here on may also be on the page that is being read: begin() drops those.
    watcher.forget();
    const page = await site.archive.timeline({ ...query, place: { at: "after", id: place }, limit: PAGE });
    if (page.events.length > 0) watcher.send(format.messages(page.events.toReversed()));
    place = page.stoppedAt ?? page.events[0]?.id ?? place;
    if (!(more = page.more)) watcher.begin(place);
  }
}
