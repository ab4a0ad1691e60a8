/** The site map of the APIs that log viewers, bots and chat clients already speak. */
import { type Handler, Hono } from "hono";
import type { Env, Site } from "../site.tsx";
import { Downloads } from "./logs/download.ts";
import { CHANNEL_PATHS, USER_PATHS } from "./logs/paths.ts";
import * as ranges from "./logs/ranges.ts";
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
  const reads = openReads();
  const open = (path: string, handler: Handler<Env>) => {
    api.get(path, reads, handler);
    api.options(path, reads);
  };
  api.onError(plainFailures(site));

  for (const path of CHANNEL_PATHS) {
    open(path, ranges.ofSpan(site, downloads));
    open(`${path}/:year/:month/:day`, ranges.ofDay(site, downloads));
  }
  for (const path of USER_PATHS) {
    open(path, ranges.ofSpan(site, downloads));
    open(`${path}/:year/:month`, ranges.ofMonth(site, downloads));
  }
  return api;
}
