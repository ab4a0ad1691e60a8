/** Counts of the matches of a search: their number, by time, and by facet. */
import { createRoute, type RouteHandler, z } from "@hono/zod-openapi";
import type { Histogram } from "../../../src/archive/timeline.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { Failure } from "../../../src/web/failure.ts";
import { inTurn } from "../../shared/in_turn.ts";
import type { Env, Site } from "../../site.tsx";
import { id, q, searchOf, whole } from "./parameters.ts";
import { PROBLEMS } from "./problem.ts";
import * as schemas from "./schemas.ts";
import { iso } from "./shapes.ts";

const MAX_BARS = 1_000;

const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  ...PROBLEMS,
  200: { description, content: { "application/json": { schema } } },
});

export const countRoute = createRoute({
  method: "get",
  path: "/count",
  tags: ["Counts"],
  summary: "How many messages match a search",
  request: {
    query: z.strictObject({
      q,
      before_id: id.optional().openapi({
        description: "Counts only older messages: continues an earlier count.",
      }),
    }),
  },
  responses: answer(schemas.Count, "Exact, as far as it is counted."),
});

export function count(site: Site): RouteHandler<typeof countRoute, Env> {
  return async (c) => {
    const { q, before_id: before } = c.req.valid("query");
    const { query } = await searchOf(site, c, q);
    const counted = needed(await inTurn(site, c, () => site.archive.histogram(query, 1, { before })));
    return c.json({
      messages: counted.messages,
      ...boundsOf(counted),
      ...counted.stoppedAt !== undefined && {
        counted_to: iso(receivedAt(counted.stoppedAt)),
        before_id: counted.stoppedAt,
      },
    }, 200);
  };
}

export const histogramRoute = createRoute({
  method: "get",
  path: "/histogram",
  tags: ["Counts"],
  summary: "When messages match a search",
  request: {
    query: z.strictObject({
      q,
      bars: whole(1, MAX_BARS, 160).openapi({ example: 24 }),
    }),
  },
  responses: answer(schemas.Histogram, "At most `bars` bars of one width."),
});

export function histogram(site: Site): RouteHandler<typeof histogramRoute, Env> {
  return async (c) => {
    const { q, bars } = c.req.valid("query");
    const { query } = await searchOf(site, c, q);
    const found = needed(await inTurn(site, c, () => site.archive.histogram(query, bars)));
    return c.json({
      messages: found.messages,
      ...boundsOf(found),
      from: iso(found.from),
      bar_ms: found.widthMs,
      bars: found.counts,
      hours_of_week: found.hours,
    }, 200);
  };
}

export const facetsRoute = createRoute({
  method: "get",
  path: "/facets",
  tags: ["Counts"],
  summary: "What the newest matches have in common",
  request: { query: z.strictObject({ q }) },
  responses: answer(schemas.Facets, "Each list has the most frequent entries, most frequent first."),
});

export function facets(site: Site): RouteHandler<typeof facetsRoute, Env> {
  return async (c) => {
    const { query } = await searchOf(site, c, c.req.valid("query").q);
    const found = needed(await inTurn(site, c, () => site.archive.facets(query)));
    return c.json({
      messages: found.messages,
      is_all: found.isAll,
      channels: found.channels.map(([id, messages]) => ({ id, messages })),
      users: found.users.map(({ displayName, ...user }) => ({ ...user, name: displayName })),
      kinds: found.facts.map(({ operator, value, messages }) => ({
        operator: `${operator}:${value}`,
        messages,
      })),
      emotes: found.emotes.map(([name, messages]) => ({ name, messages })),
    }, 200);
  };
}

/** @throws a Failure if it could not be counted quickly */
function needed<T>(found: T | undefined): T {
  if (found === undefined) throw new Failure("too_slow", "This search cannot be counted quickly.");
  return found;
}

function boundsOf({ estimate }: Histogram) {
  return estimate && { estimate: { low: estimate.low, high: estimate.high } };
}
