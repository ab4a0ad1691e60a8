/** Searches that are kept under a name. */
import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import type { Env, Site } from "../../site.tsx";
import { NoQuery } from "./parameters.ts";
import { PROBLEMS } from "./problem.ts";
import * as schemas from "./schemas.ts";
import { iso } from "./shapes.ts";

export const listRoute = createRoute({
  method: "get",
  path: "/searches",
  tags: ["Searches"],
  summary: "The saved searches",
  request: { query: NoQuery },
  responses: {
    ...PROBLEMS,
    200: { description: "By name.", content: { "application/json": { schema: schemas.SavedSearches } } },
  },
});

export function list(site: Site): RouteHandler<typeof listRoute, Env> {
  return async (c) => {
    const saved = await site.archive.savedSearches();
    return c.json({
      searches: saved.map(({ name, search, savedAt }) => ({ name, search, saved_at: iso(savedAt) })),
    }, 200);
  };
}
