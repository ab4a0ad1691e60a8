/** Streams a log of any length in constant memory, as fast as the client reads it. */
import type { Context } from "hono";
import { type LogPage, type LogQuery, MAX_LOG_PAGE } from "../../../src/archive/log.ts";
import { type LogFormat, SEPARATORS } from "../../../src/chat_log/formats.ts";
import { clientKey } from "../../../src/web/access/ip_address.ts";
import { acceptsGzip, gzippedPieces } from "../../../src/web/pages/gzip.ts";
import { withView } from "../../../components/view.ts";
import { bodyOf, takeDownload } from "../../shared/downloads.ts";
import type { Env, Site } from "../../site.tsx";
import { LOG_VARY, type LogOptions } from "./options.ts";

/** Messages of a page for all downloads together, as long as each has at least the minimum. Each has two pages in memory. */
const MESSAGES_AT_ONCE = 64_000;
const MIN_PAGE = 100;
/** A download may wait so long for its first turn, while hundreds of others take theirs. A response may take 120 s. */
const FIRST_WAIT_MS = 90_000;
/** The first page is small, so that the client has the first byte soon. */
export const FIRST_PAGE = 500;

interface File {
  type: string;
  extension: string;
  head?: string;
  tail?: string;
  /** Messages of a page, so that it takes the archive some 10 ms: searches wait as long. */
  page: number;
}

const TEXT: File = { type: "text/plain; charset=utf-8", extension: "txt", page: MAX_LOG_PAGE };
const JSON_FILE: File = {
  type: "application/json",
  extension: "json",
  head: '{"messages":[',
  tail: "]}",
  page: 500,
};

const FILES: Readonly<Record<LogFormat, File>> = {
  raw: TEXT,
  text: TEXT,
  json: JSON_FILE,
  jsonBasic: JSON_FILE,
  ndjson: { type: "application/x-ndjson", extension: "ndjson", page: 500 },
};

/** The messages to download. */
export interface Log extends LogOptions, Pick<LogQuery, "channelId" | "userId" | "search" | "from" | "to"> {
  /** Without an extension; letters, digits, `_` and `-`. */
  fileName: string;
  /** The log begins after the message with this id, in the order of reading. */
  beyond?: number;
}

type Part = Pick<LogQuery, "skip" | "limit" | "beyond">;
type ReadPage = (part: Part) => Promise<LogPage>;

export class Downloads {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * The response with a log. What to download is found out, and its first page read, in the first turn, so that a thousand
   * requests at once do not keep the archive from pages, and an error has its status.
   * @param find what to download, or a response without a log
   * @throws a Failure if the client, or all clients, have too many downloads
   */
  async answer(c: Context<Env>, find: () => Promise<Log | Response>): Promise<Response> {
    if (c.req.method === "HEAD") return this.#headOf(c, await this.#turn(c, find));
    const release = takeDownload(this.#site, c);
    try {
      const begun = await this.#turn(c, async () => {
        const log = await find();
        return log instanceof Response ? log : { log, page: await this.#firstPage(log) };
      });
      if (begun instanceof Response) {
        release();
        return begun;
      }
      return await this.#bodyOf(c, begun, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  #headOf(c: Context<Env>, log: Log | Response): Response {
    if (log instanceof Response) return log;
    setHeaders(c, log);
    return c.body(null);
  }

  async #bodyOf(
    c: Context<Env>,
    { log, page }: { log: Log; page: LogPage | undefined },
    release: () => void,
  ): Promise<Response> {
    setHeaders(c, log);
    const pages = pagesOf(log, this.#reader(c, log, page));
    const { value: first = NOTHING } = await pages.next();
    const pieces = piecesOf(log.format, first, pages);
    if (!first.isLast) {
      if (!acceptsGzip(c)) return c.body(bodyOf(pieces, release));
      c.header("Content-Encoding", "gzip");
      return c.body(bodyOf(gzippedPieces(pieces), release));
    }
    release();
    const body = await new Response(ReadableStream.from(pieces)).bytes();
    c.header("Content-Length", String(body.length));
    return c.body(body);
  }

  #firstPage(log: Log): Promise<LogPage> | undefined {
    const { offset: skip, limit, beyond } = log;
    return limit > 0 ? this.#read(log, { skip, limit, beyond }, FIRST_PAGE) : undefined;
  }

  /** Each page after the first waits for its turn among searches and other downloads. */
  #reader(c: Context<Env>, log: Log, first: LogPage | undefined): ReadPage {
    return async (part) => {
      const page = first;
      first = undefined;
      // A download that has begun must not end early, however long it waits for its turn.
      return page ?? await this.#turn(c, () => this.#read(log, part, FILES[log.format].page), Infinity);
    };
  }

  #read({ fileName: _, offset: _offset, ...query }: Log, part: Part, most: number): Promise<LogPage> {
    const share = Math.max(MIN_PAGE, Math.floor(MESSAGES_AT_ONCE / this.#site.downloads.open));
    return this.#site.archive.log({ ...query, ...part, limit: Math.min(part.limit, share, most) });
  }

  #turn<T>(c: Context<Env>, work: () => Promise<T>, maxWaitMs = FIRST_WAIT_MS): Promise<T> {
    const key = clientKey(c.get("client").address);
    // Whoever asks gets it, although a stream runs outside of the request.
    const read = () => withView(c.get("view"), work);
    return this.#site.searches.run(key, c.req.raw.signal, read, { isPart: true, maxWaitMs });
  }
}

function setHeaders(c: Context<Env>, { format, fileName }: Log): void {
  const { type, extension } = FILES[format];
  c.header("Content-Type", type);
  c.header("Content-Disposition", `inline; filename="${fileName}.${extension}"`);
  c.header("Vary", LOG_VARY);
}

/** Messages of a log, as the archive writes them. */
interface Page {
  bytes: Uint8Array;
  isLast: boolean;
}

const NOTHING: Page = { bytes: new Uint8Array(), isLast: true };

/** The pages that are not empty. */
async function* pagesOf({ offset, limit, beyond }: Log, read: ReadPage): AsyncGenerator<Page, undefined> {
  while (limit > 0) {
    const { bytes, messages, skipped, next } = await read({ skip: offset, limit, beyond });
    offset -= skipped;
    limit -= messages;
    if (messages > 0) yield { bytes, isLast: next === undefined || limit <= 0 };
    if (next === undefined) return;
    beyond = next;
  }
}

/** The pieces of a body, of which the first page is read already. */
async function* piecesOf(
  format: LogFormat,
  first: Page,
  pages: AsyncGenerator<Page>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const { head, tail } = FILES[format];
  const separator = encoder.encode(SEPARATORS[format]);
  if (head) yield encoder.encode(head);
  yield first.bytes;
  for await (const { bytes } of pages) {
    if (separator.length > 0) yield separator;
    yield bytes;
  }
  if (tail) yield encoder.encode(tail);
}
