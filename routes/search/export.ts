/** The matches of a search as a file: CSV, JSON, NDJSON, text or an Atom feed, at the address of the results. */
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { chunksOf, FILE_FORMATS, type FileFormat, LINES } from "../../src/find/lines.ts";
import { pagesOf } from "../../src/find/pages.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { clientKey } from "../../src/web/access/ip_address.ts";
import { Failure } from "../../src/web/failure.ts";
import { optional, readQuery } from "../../src/web/params.ts";
import { bodyOf, takeDownload } from "../shared/downloads.ts";
import { inTurn } from "../shared/in_turn.ts";
import { continueSearch } from "./query/continue.ts";
import { feedOf } from "./feed.ts";
import { addressOf, areValid, type Fields, readFields, type ValidFields } from "./query/fields.ts";
import { withView } from "../../components/view.ts";
import type { Env, Site } from "../site.tsx";

/** The values of `format=`: files of all matches, and a feed of the newest. */
const FORMATS = [...FILE_FORMATS, "atom"] as const;
const FEED_ENTRIES = 50;
const TYPES: Record<FileFormat, { type: string; extension: string }> = {
  csv: { type: "text/csv; charset=utf-8", extension: "csv" },
  json: { type: "application/json", extension: "json" },
  ndjson: { type: "application/x-ndjson", extension: "ndjson" },
  text: { type: "text/plain; charset=utf-8", extension: "txt" },
};

const Query = z.object({
  order: optional(z.enum(["newest", "oldest"])),
  format: optional(z.enum(FORMATS)),
});

/** Answers requests that name a format. It stands before the handlers of pages, which keep the whole page in memory. */
export function files(site: Site): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { format, order } = readQuery(c, Query);
    if (format === undefined) return await next();
    if (format !== "atom" && !c.get("rights")?.export) {
      throw new Failure(
        "forbidden",
        "This token may not download files of all matches.",
        "Use one with the scope export.",
      );
    }
    const fields = await readFields(site, c, c.req.query());
    if (!areValid(fields)) throw new Failure("invalid", problemOf(fields));
    return format === "atom"
      ? await feed(site, c, fields)
      : await file(site, c, fields, { format, oldestFirst: order === "oldest" });
  };
}

function problemOf({ problems: { q, ...others } }: Fields): string {
  return q?.[0]?.sentence ?? Object.values(others)[0] ?? "Nothing is searched for: the parameter q is empty.";
}

async function feed(site: Site, c: Context<Env>, { search, query }: ValidFields): Promise<Response> {
  const { events } = await inTurn(site, c, () => continueSearch(site, { ...query, limit: FEED_ENTRIES }));
  const self = new URL(c.req.url);
  const body = feedOf(events, { title: printSearch(search), self, page: new URL(addressOf(search), self) });
  return c.body(body, 200, { "Content-Type": "application/atom+xml; charset=utf-8" });
}

interface FileOptions {
  format: FileFormat;
  /** Whether the oldest message comes first. */
  oldestFirst: boolean;
}

/** Streams all matches in constant memory: as fast as the client reads them, some rows of the archive at a time. */
async function file(
  site: Site,
  c: Context<Env>,
  { search, query }: ValidFields,
  { format, oldestFirst }: FileOptions,
): Promise<Response> {
  const { type, extension } = TYPES[format];
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${fileName(search)}.${extension}"`,
    "Cache-Control": "no-store",
  };
  // A response to HEAD has no body, so its end would never be noticed.
  if (c.req.method === "HEAD") return c.body(null, 200, headers);
  const key = clientKey(c.get("client").address);
  let hasBegun = false;
  const pages = pagesOf(query, oldestFirst, (query) => {
    // Whoever reads the file gets it, although a stream runs outside of the request.
    const find = () => withView(c.get("view"), () => site.archive.timeline(query));
    // A file that has begun must not end early, however long it waits for its turn.
    const options = hasBegun ? { isPart: true, maxWaitMs: Infinity } : {};
    return query.search ? site.searches.run(key, c.req.raw.signal, find, options) : find();
  });
  const release = takeDownload(site, c);
  try {
    // The first page is read before the answer begins, so that an error has its status.
    const first = await pages.next();
    hasBegun = true;
    const lines = LINES[format](async function* () {
      if (!first.done) yield* first.value;
      for await (const page of pages) yield* page;
    }());
    return c.body(bodyOf(encoded(chunksOf(lines)), release), 200, headers);
  } catch (error) {
    release();
    throw error;
  }
}

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(chunk);
}

/** `scrollback-hat-in-lake` */
function fileName(search: Search): string {
  const words = printSearch(search).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 60);
  return `scrollback-${words}`.replaceAll(/-+/g, "-").replace(/-$/, "");
}
