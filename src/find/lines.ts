/** Messages as the lines of a file: CSV, JSON, NDJSON or text. */
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import { searchableText } from "../search/text/tokens.ts";

export const FILE_FORMATS = ["csv", "json", "ndjson", "text"] as const;
export type FileFormat = typeof FILE_FORMATS[number];

/** The lines of a file, each with its end. */
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

/** By format. */
export const LINES: Record<FileFormat, Writer> = {
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

/** A chunk ends at this many characters, or after this time. */
const CHUNK = 32_768;
const CHUNK_MS = 250;

/** Joins lines to chunks, because each chunk costs a turn of the event loop. */
export async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
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
