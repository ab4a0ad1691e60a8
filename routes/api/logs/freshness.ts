/** How long a log may be kept by caches, and whether the client has it already. */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Env, Site } from "../../site.tsx";
import { LOG_VARY } from "./options.ts";
import type { Span } from "./span.ts";

/** Messages of the last moments may not be stored yet. */
const SETTLED_AFTER_MS = 10_000;

/**
 * Sets the headers about caching, and returns whether the client has the log already.
 * @param version changes with the log, see `LogReader.logVersion`
 */
export function isFresh(site: Site, c: Context<Env>, { to }: Span, version: string): boolean {
  c.header("Cache-Control", "no-cache");
  if (!isComplete(site, to)) return false;
  const mode = site.config.showDeleted ?? "everyone";
  if (mode === "managers" && c.get("view").readsRemoved) {
    // Other clients must not get answers that only managers may read.
    c.header("Cache-Control", "no-store");
    return false;
  }
  const etag = etagOf([version, c.req.url, c.req.header("Content-Type") ?? "", mode]);
  c.header("Vary", LOG_VARY);
  c.header("Cache-Control", "public, max-age=36000");
  c.header("ETag", etag);
  return namesTag(c.req.header("If-None-Match") ?? "", etag);
}

/** Whether every message before this time is stored. */
function isComplete(site: Site, to: number): boolean {
  const { writer } = site.recorder.status();
  return to <= site.now() - SETTLED_AFTER_MS && writer.state === "ok" && writer.overflowBytes === 0;
}

/** Weak, because it identifies the compressed form too. */
function etagOf(parts: readonly string[]): string {
  return `W/"${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 20)}"`;
}

function namesTag(header: string, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace("W/", "");
  return header.split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}
