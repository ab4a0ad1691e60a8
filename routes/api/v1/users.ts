/** Users: found by name, and one with names and channels. */
import { createRoute, type RouteHandler, z } from "@hono/zod-openapi";
import type { Env, Site } from "../../site.tsx";
import { textUpTo } from "../../../src/web/params.ts";
import { limit, NoQuery, Path, userOf } from "./parameters.ts";
import { PROBLEMS } from "./problem.ts";
import * as schemas from "./schemas.ts";
import { profileShape, userShape } from "./shapes.ts";

export const listRoute = createRoute({
  method: "get",
  path: "/users",
  tags: ["Users"],
  summary: "Users by any part of a present or earlier name",
  request: {
    query: z.strictObject({
      q: textUpTo(60).default("").openapi({ description: "Empty: all.", example: "moss" }),
      limit,
    }),
  },
  responses: {
    ...PROBLEMS,
    200: { description: "Most messages first.", content: { "application/json": { schema: schemas.Users } } },
  },
});

export function list(site: Site): RouteHandler<typeof listRoute, Env> {
  return async (c) => {
    const { q, limit } = c.req.valid("query");
    return c.json({ users: (await site.archive.searchUsers(q.trim(), limit)).map(userShape) }, 200);
  };
}

export const oneRoute = createRoute({
  method: "get",
  path: "/users/{user}",
  tags: ["Users"],
  summary: "One user, with earlier names and channels",
  request: { params: Path.user, query: NoQuery },
  responses: {
    ...PROBLEMS,
    200: { description: "The user.", content: { "application/json": { schema: schemas.UserProfile } } },
  },
});

export function one(site: Site): RouteHandler<typeof oneRoute, Env> {
  return async (c) => c.json(profileShape(await userOf(site, c.req.valid("param").user)), 200);
}
