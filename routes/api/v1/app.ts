/** The interface for programs under `/api/v1`: JSON, described by OpenAPI from the schemas that validate. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Env, Site } from "../../site.tsx";
import { wrongValue } from "../../../src/web/schema_errors.ts";
import * as channels from "./channels.ts";
import * as counts from "./counts.ts";
import * as messages from "./messages.ts";
import { answerProblem, InvalidParameters } from "./problem.ts";
import * as searches from "./searches.ts";
import { openReads } from "../../shared/open_reads.ts";
import * as stream from "./stream.ts";
import * as users from "./users.ts";

/** The path of the interface. */
export const BASE = "/api/v1";

/** The type for clients: `hc<Api>(address)` of `hono/client` is a typed client. */
export type Api = ReturnType<typeof createApiV1>;

export function createApiV1(site: Site) {
  const api = new OpenAPIHono<Env>({
    defaultHook(result, c) {
      if (result.success) return;
      const values = valuesOf(c, result.target);
      throw new InvalidParameters(
        result.error.issues.map((issue) => {
          const { parameter, sentence } = wrongValue(issue, values);
          return { parameter, detail: sentence };
        }),
      );
    },
  });
  api.onError(answerProblem(site));
  api.use(openReads(site));
  const described = api
    .openapi(channels.listRoute, channels.list(site))
    .openapi(channels.oneRoute, channels.one(site))
    .openapi(channels.coverageRoute, channels.coverage(site))
    .openapi(channels.streamsRoute, channels.streams(site))
    .openapi(channels.statisticsRoute, channels.statistics(site))
    .openapi(channels.emotesRoute, channels.emotes(site))
    .openapi(messages.searchRoute, messages.search(site))
    .openapi(messages.oneRoute, messages.one(site))
    .openapi(messages.contextRoute, messages.context(site))
    .openapi(messages.threadRoute, messages.thread(site))
    .openapi(counts.countRoute, counts.count(site))
    .openapi(counts.histogramRoute, counts.histogram(site))
    .openapi(counts.facetsRoute, counts.facets(site))
    .openapi(users.listRoute, users.list(site))
    .openapi(users.oneRoute, users.one(site))
    .openapi(searches.listRoute, searches.list(site));
  // The types of answers know no streams.
  api.openapi(stream.streamRoute, stream.stream(site) as never);
  api.get("/openapi.json", (c) => c.json(documentOf(api, site.config.version)));
  return described;
}

/** What a request has sent, by names. */
function valuesOf({ req }: Context<Env>, target: string): Record<string, unknown> {
  if (target === "param") return req.param();
  if (target === "header") return req.header();
  return Object.fromEntries(
    Object.entries(req.queries()).map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
}

/** The OpenAPI document. */
export function documentOf(api: OpenAPIHono<Env>, version: string) {
  return api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Scrollback",
      version,
      description:
        "Reads an archive of Twitch chat. Times are RFC 3339 in UTC; errors are problem details (RFC 9457).",
    },
    servers: [{ url: BASE }],
  });
}
