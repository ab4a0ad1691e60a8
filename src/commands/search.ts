/** `search TEXT`: writes the messages that match a search, or their number, to stdout. Can run while Scrollback records. */
import { OptOutList } from "../archive/access/opt_out.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import { SqliteReader } from "../archive/sqlite/reader.ts";
import { callReader, readerOf } from "../archive/sqlite/threads/reader_calls.ts";
import { openForReading } from "../archive/sqlite/file/connection.ts";
import { isCurrent } from "../archive/sqlite/file/migrations.ts";
import { asUnavailable } from "../archive/sqlite/file/sqlite_errors.ts";
import type { TimelineQuery } from "../archive/timeline.ts";
import { hasCode } from "../chat/errors.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { Config } from "../config.ts";
import { hidingOptedOut } from "../visibility/hidden_opt_outs.ts";
import { chunksOf, type FileFormat, LINES } from "../find/lines.ts";
import { lookUp } from "../find/look_up.ts";
import { pagesOf } from "../find/pages.ts";
import { type Query, queryOf } from "../find/query.ts";
import { compileSearch } from "../search/compile.ts";
import { namesIn } from "../search/names.ts";
import { lookalikesOf } from "../search/language/lookalikes.ts";
import { parseSearchText } from "../search/language/parse.ts";
import { printSearch } from "../search/language/print.ts";
import type { SearchProblem } from "../search/language/tree.ts";
import { reportFailure } from "./support/failure.ts";

export interface SearchOptions {
  format: FileFormat;
  /** Whether the oldest message comes first. */
  oldest: boolean;
  /** Maximum number of messages. */
  limit: number;
  /** Whether only the number of matches is wanted. */
  count: boolean;
}

/** As of `grep`: whether something was found, or an error. */
const EXIT = { found: 0, nothing: 1, error: 2 };

/** Returns the exit status: 0 if a message matches, 1 if none does, 2 if the search or the archive is at fault. */
export async function searchCommand(
  { dbPath }: Config,
  text: string,
  options: SearchOptions,
): Promise<number> {
  try {
    if (!isReadable(dbPath)) return EXIT.error;
    using reader = new SqliteReader(dbPath);
    const whole = readerOf(
      (call) => Promise.resolve(callReader(reader, call)),
      () => Promise.resolve(),
      () => [],
    );
    const optOuts = new OptOutList(reader.optOuts());
    const archive = hidingOptedOut(whole, () => optOuts);
    const query = await readQuery(archive, text);
    if (!query) return EXIT.error;
    const found = options.count ? await count(archive, query) : await list(archive, query, options);
    return found ? EXIT.found : EXIT.nothing;
  } catch (error) {
    // The reader of stdout has stopped reading: `scrollback search hat | head`.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.found;
    reportFailure("Cannot search the archive", error);
    return EXIT.error;
  }
}

/** Whether the file is an archive of this version; reports what else it is. @throws as `openForReading` */
function isReadable(path: string): boolean {
  try {
    using db = openForReading(path);
    if (isCurrent(db, path)) return true;
  } catch (error) {
    // For a search, it does not matter that this may be an archive whose first page is damaged.
    if (!hasCode(asUnavailable(error), "damaged")) throw error;
    console.error(`${path} is no archive of Scrollback, or its first page is damaged.`);
    return false;
  }
  console.error(
    `${path} is empty, or an archive of an earlier version: starting Scrollback once brings it up to date.`,
  );
  return false;
}

/** Undefined if the search has problems, which it reports. */
async function readQuery(archive: ArchiveReader, text: string): Promise<Query | undefined> {
  const parsed = parseSearchText(text);
  const { known } = await lookUp(archive, namesIn(parsed.search));
  const compiled = parsed.problems.length > 0 ? undefined : compileSearch(parsed, known, Date.now());
  const problems = compiled?.problems ?? parsed.problems;
  for (const problem of problems) console.error(described(text, problem));
  const { found, meant } = lookalikesOf(parsed.search);
  for (const { text, sentence } of found) console.error(`\`${text}\` is searched for as a word. ${sentence}`);
  if (meant) console.error(`Did you mean: ${printSearch(meant)}`);
  return problems.length > 0 || !compiled ? undefined : queryOf(compiled);
}

/** The sentence, and the text with the part marked. */
function described(text: string, { from, to, sentence }: SearchProblem): string {
  const line = text.replaceAll(/\s/g, " ");
  return `${sentence}\n  ${line}\n  ${" ".repeat(from)}${"^".repeat(Math.max(1, to - from))}`;
}

async function count(archive: ArchiveReader, query: Query): Promise<boolean> {
  let messages = 0;
  let before: number | undefined;
  do {
    const step = await archive.histogram(query, 1, { before });
    if (!step) throw new Error("the search index cannot be used: see `doctor`");
    messages += step.messages;
    before = step.stoppedAt;
  } while (before !== undefined);
  console.log(String(messages));
  return messages > 0;
}

async function list(archive: ArchiveReader, query: Query, options: SearchOptions): Promise<boolean> {
  const { format, oldest, limit } = options;
  const find = (page: TimelineQuery) => archive.timeline(page);
  let found = 0;
  const events = async function* (): AsyncGenerator<StoredEvent> {
    for await (const page of pagesOf(query, oldest, find)) {
      for (const event of page) {
        if (found === limit) return;
        found++;
        yield event;
      }
    }
  };
  const out = Deno.stdout.writable.getWriter();
  const encoder = new TextEncoder();
  for await (const chunk of chunksOf(LINES[format](events()))) await out.write(encoder.encode(chunk));
  return found > 0;
}
