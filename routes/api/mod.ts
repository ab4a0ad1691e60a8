/** The site map of the APIs that log viewers, bots and chat clients already speak. */
import { type Handler, Hono, type MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { wantsFragment } from "../../src/web/htmx.ts";
import type { Env, Site } from "../site.tsx";
import { Downloads } from "./logs/download.ts";
import { CHANNEL_PATHS, USER_PATHS } from "./logs/paths.ts";
import * as lists from "./logs/lists.ts";
import { random } from "./logs/random.ts";
import * as ranges from "./logs/ranges.ts";
import { search } from "./logs/search.ts";
import { stats } from "./logs/stats.ts";
import * as recentMessages from "./recent_messages/show.ts";
import { openReads, plainFailures } from "../shared/open_reads.ts";

/** The first steps of their paths. */
const ROOTS: ReadonlySet<string> = new Set([
  "api",
  "capabilities",
  "channel",
  "channelid",
  "list",
  "namehistory",
]);

/** Whether programs, not people, request this path. */
export function isApiPath(path: string): boolean {
  return ROOTS.has(path.split("/", 2)[1]!);
}

export function createApi(site: Site): Hono<Env> {
  const api = new Hono<Env>();
  const downloads = new Downloads(site);
  const reads = openReads(site);
  const open = (path: string, handler: Handler<Env>) => {
    api.get(path, reads, handler);
    api.options(path, reads);
  };
  api.onError(plainFailures(site));

  api.get("/channels", unlessPage(every(reads, lists.channels(site))));
  api.options("/channels", reads);
  open("/api/channels", lists.channels(site));
  open("/list", lists.availableLogs(site));
  open("/namehistory/:userid", lists.nameHistory(site));
  open("/capabilities", lists.capabilities());
  // Before the days of channels, which have as many steps.
  for (const path of USER_PATHS) {
    open(path, ranges.ofSpan(site, downloads));
    open(`${path}/random`, random(site, downloads));
    open(`${path}/stats`, stats(site));
    open(`${path}/search`, search(site, downloads));
    open(`${path}/:year/:month`, ranges.ofMonth(site, downloads));
  }
  for (const path of CHANNEL_PATHS) {
    open(path, ranges.ofSpan(site, downloads));
    open(`${path}/random`, random(site, downloads));
    open(`${path}/stats`, stats(site));
    open(`${path}/:year/:month/:day`, ranges.ofDay(site, downloads));
  }
  api.route("/", recentApi(site));
  return api;
}

/** Its failures have a form of their own. */
function recentApi(site: Site): Hono<Env> {
  const api = new Hono<Env>();
  const path = "/api/v2/recent-messages/:login";
  api.onError(recentMessages.failures(site));
  const reads = openReads(site);
  api.get(path, reads, recentMessages.show(site));
  api.options(path, reads);
  return api;
}

/** Leaves requests for a page, or for a fragment of one, to the pages. */
function unlessPage(handler: MiddlewareHandler<Env>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const isPage = wantsFragment(c) || c.req.header("Accept")?.toLowerCase().includes("text/html");
    if (isPage) return await next();
    c.header("Vary", "Accept");
    return await handler(c, next);
  };
}
