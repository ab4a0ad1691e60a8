/** Messages: found by a search, one, its context and its thread. */
import { createRoute, type RouteHandler, z } from "@hono/zod-openapi";
import type { TimelinePage } from "../../../src/archive/timeline.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { Failure } from "../../../src/web/failure.ts";
import { threadOf } from "../../messages/find_thread.ts";
import { continueSearch } from "../../search/query/continue.ts";
import { inTurn } from "../../shared/in_turn.ts";
import { placeOf } from "../../shared/place.ts";
import type { Env, Site } from "../../site.tsx";
import { id, limit, NoQuery, Path, q, searchOf } from "./parameters.ts";
import { InvalidParameters, PROBLEMS } from "./problem.ts";
import * as schemas from "./schemas.ts";
import { iso, messageOf } from "./shapes.ts";

const page = (description: string) => ({
  ...PROBLEMS,
  200: { description, content: { "application/json": { schema: schemas.Messages } } },
});

export const searchRoute = createRoute({
  method: "get",
  path: "/messages",
  tags: ["Messages"],
  summary: "Messages that match a search, page by page",
  request: {
    query: z.strictObject({
      q,
      limit,
      before_id: id.optional().openapi({ description: "Only messages before this one: the page is older." }),
      after_id: id.optional().openapi({ description: "Only messages after this one: the page is newer." }),
      order: z.enum(["newest", "oldest"]).default("newest").openapi({
        description: "Which come first. `oldest` begins with the first message.",
      }),
    }),
  },
  responses: page("In the order that was asked for."),
});

export function search(site: Site): RouteHandler<typeof searchRoute, Env> {
  return async (c) => {
    const { q, limit, before_id, order, ...rest } = c.req.valid("query");
    if (before_id !== undefined && rest.after_id !== undefined) {
      const detail = "Use either before_id or after_id.";
      throw new InvalidParameters([{ parameter: "after_id", detail }]);
    }
    const { query } = await searchOf(site, c, q);
    const isOldest = order === "oldest";
    // The oldest page is that after no message.
    const after_id = rest.after_id ?? (isOldest && before_id === undefined ? 0 : undefined);
    const find = () =>
      continueSearch(site, { ...query, place: placeOf({ before_id, after_id }, limit), limit });
    const found = query.search ? await inTurn(site, c, find) : await find();
    const goesNewer = after_id !== undefined;
    const begins = before_id === undefined && rest.after_id === undefined;
    const events = isOldest ? found.events.toReversed() : found.events;
    return c.json({
      messages: events.map(messageOf),
      ...cursors(found, goesNewer, begins),
    }, 200);
  };
}

/** @param begins whether nothing lies on the side from which the page comes */
function cursors({ events, more, stoppedAt }: TimelinePage, goesNewer: boolean, begins: boolean) {
  const [newest, oldest] = [events[0]?.id, events.at(-1)?.id];
  const beyond = more ? stoppedAt ?? (goesNewer ? newest : oldest) ?? null : null;
  const back = begins ? null : (goesNewer ? oldest : newest) ?? null;
  return {
    older: goesNewer ? back : beyond,
    newer: goesNewer ? beyond : back,
    ...stoppedAt !== undefined && { searched_to: iso(receivedAt(stoppedAt)) },
  };
}

export const oneRoute = createRoute({
  method: "get",
  path: "/messages/{id}",
  tags: ["Messages"],
  summary: "One message",
  request: { params: Path.message, query: NoQuery },
  responses: {
    ...PROBLEMS,
    200: { description: "The message.", content: { "application/json": { schema: schemas.Message } } },
  },
});

export function one(site: Site): RouteHandler<typeof oneRoute, Env> {
  return async (c) => c.json(messageOf(await eventOf(site, c.req.valid("param").id)), 200);
}

export const contextRoute = createRoute({
  method: "get",
  path: "/messages/{id}/context",
  tags: ["Messages"],
  summary: "A message with those before and after it in its channel",
  request: {
    params: Path.message,
    query: z.strictObject({ limit: limit.openapi({ description: "On each side." }) }),
  },
  responses: page("Oldest first."),
});

export function context(site: Site): RouteHandler<typeof contextRoute, Env> {
  return async (c) => {
    const { id } = c.req.valid("param");
    const { channelId } = await eventOf(site, id);
    const { limit } = c.req.valid("query");
    const found = await site.archive.timeline({ channelId, place: { at: "around", id }, limit });
    return c.json({
      messages: found.events.toReversed().map(messageOf),
      older: found.more ? found.events.at(-1)!.id : null,
      newer: found.moreNewer ? found.events[0]!.id : null,
    }, 200);
  };
}

export const threadRoute = createRoute({
  method: "get",
  path: "/messages/{id}/thread",
  tags: ["Messages"],
  summary: "The message that began a thread, and all replies within a day",
  request: { params: Path.message, query: NoQuery },
  responses: page("Oldest first; at most 200."),
});

export function thread(site: Site): RouteHandler<typeof threadRoute, Env> {
  return async (c) => {
    const event = await eventOf(site, c.req.valid("param").id);
    const events = await threadOf(site, c, event);
    return c.json({ messages: events.map(messageOf), older: null, newer: null }, 200);
  };
}

/** @throws a Failure if there is none */
async function eventOf(site: Site, id: number): Promise<StoredEvent> {
  const event = await site.archive.event(id);
  if (!event) throw new Failure("missing", `There is no message with the id ${id}.`);
  return event;
}
