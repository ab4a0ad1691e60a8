/** The matches of a search as a file: CSV, JSON, NDJSON, text or an Atom feed, at the address of the results. */
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import type { Place } from "../../src/chat/place.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { searchableText } from "../../src/search/text/tokens.ts";
import { clientKey } from "../../src/web/access/ip_address.ts";
import { Failure } from "../../src/web/failure.ts";
import { optional, readQuery } from "../../src/web/params.ts";
import { inTurn } from "../shared/in_turn.ts";
import { continueSearch } from "./query/continue.ts";
import { feedOf } from "./feed.ts";
import { addressOf, areValid, type Fields, readFields, type ValidFields } from "./query/fields.ts";
import type { Env, Site } from "../site.tsx";

/** The values of `format=`. */
export const FORMATS = ["csv", "json", "ndjson", "text", "atom"] as const;
export type Format = typeof FORMATS[number];
/** Files of all matches; a feed has the newest. */
type FileFormat = Exclude<Format, "atom">;

/** Rows read at once. */
const PAGE = 500;
const FEED_ENTRIES = 50;
/** A chunk ends at this many characters, or after this time. */
const CHUNK = 32_768;
const CHUNK_MS = 250;

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
  const pages = pagesOf(site, c, query, oldestFirst);
  // The first page is read before the answer begins, so that an error has its status.
  const first = await pages.next();
  const lines = WRITERS[format](async function* () {
    if (!first.done) yield* first.value;
    for await (const page of pages) yield* page;
  }());
  return c.body(
    ReadableStream.from(chunksOf(lines)).pipeThrough(new TextEncoderStream()),
    200,
    {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="${fileName(search)}.${extension}"`,
      "Cache-Control": "no-store",
    },
  );
}

async function* pagesOf(
  site: Site,
  c: Context<Env>,
  query: ValidFields["query"],
  oldestFirst: boolean,
): AsyncGenerator<StoredEvent[]> {
  const key = clientKey(c.get("client").address);
  let place: Place = oldestFirst ? { at: "after", id: -1 } : { at: "newest" };
  while (true) {
    const find = () => site.archive.timeline({ ...query, place, limit: PAGE });
    const { events, more, stoppedAt } = query.search
      ? await site.searches.run(key, c.req.raw.signal, find)
      : await find();
    if (events.length > 0) yield oldestFirst ? events.toReversed() : events;
    const last = stoppedAt ?? (oldestFirst ? events[0] : events.at(-1))?.id;
    if (!more || last === undefined) return;
    place = { at: oldestFirst ? "after" : "before", id: last };
  }
}

type Writer = (events: AsyncIterable<StoredEvent>) => AsyncGenerator<string>;

const COLUMNS = [
  "time",
  "channel",
  "kind",
  "login",
  "name",
  "userId",
  "text",
  "removed",
  "badges",
  "messageId",
  "id",
] as const;

const WRITERS: Record<FileFormat, Writer> = {
  async *csv(events) {
    yield `${COLUMNS.join(",")}\r\n`;
    for await (const event of events) {
      const record = recordOf(event);
      yield `${COLUMNS.map((name) => cell(record[name])).join(",")}\r\n`;
    }
  },
  async *json(events) {
    yield "[";
    let separator = "\n";
    for await (const event of events) {
      yield separator + JSON.stringify(recordOf(event));
      separator = ",\n";
    }
    yield "\n]\n";
  },
  async *ndjson(events) {
    for await (const event of events) yield `${JSON.stringify(recordOf(event))}\n`;
  },
  async *text(events) {
    for await (const event of events) {
      const { time, channel, name, login, text } = recordOf(event);
      const who = name ?? login;
      const at = `${time.slice(0, 10)} ${time.slice(11, 19)}`;
      yield `[${at}] #${channel}${who ? ` ${who}:` : ""} ${text.replaceAll(/[\r\n]+/g, " ")}\n`;
    }
  },
};

/** What a file says of an event. Keys without a value are missing in JSON. */
function recordOf(event: StoredEvent) {
  const { id, channel, kind, author, userId, removed, uuid } = event;
  return {
    time: new Date(receivedAt(id)).toISOString(),
    channel,
    kind,
    login: author?.login,
    name: author?.displayName || undefined,
    // A user whose id is unknown has a negative one in the archive.
    userId: userId !== undefined && userId > 0 ? userId : undefined,
    text: searchableText(event),
    removed: removed?.kind,
    badges: author?.badges || undefined,
    messageId: uuid,
    id,
  };
}

function cell(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Joins lines to chunks, because each chunk costs a turn of the server. */
async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  let sentAt = performance.now();
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK && performance.now() < sentAt + CHUNK_MS) continue;
    yield chunk;
    chunk = "";
    sentAt = performance.now();
  }
  if (chunk !== "") yield chunk;
}

/** `scrollback-hat-in-lake` */
function fileName(search: Search): string {
  const words = printSearch(search).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 60);
  return `scrollback-${words}`.replaceAll(/-+/g, "-").replace(/-$/, "");
}
