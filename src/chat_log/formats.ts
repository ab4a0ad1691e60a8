/**
 * Events as the log formats that rustlog and justlog defined. All of them follow from the raw line, so that `raw`, `tags` and
 * the other fields of a message never contradict each other.
 */
import type { StoredEvent } from "../chat/events.ts";
import { receivedAt } from "../chat/ids.ts";
import { formatEvent } from "../irc/format.ts";
import { type IrcLine, nickOf, parseLine } from "../irc/syntax/parse.ts";
import { parseTags } from "../irc/syntax/tags.ts";
import { withSentTime } from "./sent_time.ts";
import { textOf } from "./texts.ts";

/** The formats of a log. */
export const LOG_FORMATS = ["raw", "text", "json", "jsonBasic", "ndjson"] as const;
/** A format of a log. */
export type LogFormat = typeof LOG_FORMATS[number];

/** The commands that logs have, and their numbers in the field `type`. */
const TYPES: Readonly<Record<string, number>> = {
  PRIVMSG: 1,
  CLEARCHAT: 2,
  ROOMSTATE: 3,
  USERNOTICE: 4,
  NOTICE: 6,
  CLEARMSG: 13,
};

/** What stands between two messages that {@link logWriter} wrote. */
export const SEPARATORS: Readonly<Record<LogFormat, string>> = {
  raw: "",
  text: "",
  json: ",",
  jsonBasic: ",",
  ndjson: "",
};

/** A message of the format `jsonBasic`. */
interface BasicMessage {
  text: string;
  displayName: string;
  timestamp: string;
  id: string;
  tags: Record<string, string>;
}

/**
 * Returns a function that writes an event; undefined for an event whose command logs do not have.
 * @param roomId Twitch's id of the channel, for lines that say nothing about it
 */
export function logWriter(
  format: LogFormat,
  roomId: number | undefined,
): (event: StoredEvent) => string | undefined {
  const rawLine = (event: StoredEvent) => withSentTime(formatEvent(event), timeOf(event), roomId);
  if (format === "raw") return (event) => isLogged(event) ? `${rawLine(event)}\r\n` : undefined;
  const write = WRITERS[format];
  return (event) => {
    const raw = rawLine(event);
    const line = parseLine(raw);
    if (line === undefined || !(line.command in TYPES)) return undefined;
    return write(event, { ...line, raw, values: parseTags(line.tags) });
  };
}

/** Whether logs have the event's command. */
export function isLogged({ kind, text }: Pick<StoredEvent, "kind" | "text">): boolean {
  return kind !== "raw" || parseLine(text)?.command as string in TYPES;
}

/** When a message was sent or, if its line does not say it, received. */
export function timeOf({ id, sentAt }: Pick<StoredEvent, "id" | "sentAt">): number {
  return sentAt ?? receivedAt(id);
}

/** A line and its parts. */
interface Parts extends IrcLine {
  raw: string;
  values: Map<string, string>;
}

const WRITERS: Record<Exclude<LogFormat, "raw">, (event: StoredEvent, parts: Parts) => string> = {
  text: textLine,
  json: (event, parts) => JSON.stringify(fullMessage(event, parts)),
  jsonBasic: (event, parts) => JSON.stringify(basicMessage(event, parts)),
  ndjson: (event, parts) => `${JSON.stringify(basicMessage(event, parts))}\n`,
};

function basicMessage(event: StoredEvent, parts: Parts): BasicMessage {
  return {
    text: textOf(parts, parts.values),
    displayName: parts.values.get("display-name") || loginOf(parts),
    timestamp: new Date(timeOf(event)).toISOString(),
    id: parts.values.get("id") ?? "",
    tags: Object.fromEntries(parts.values),
  };
}

function fullMessage(event: StoredEvent, parts: Parts) {
  return {
    ...basicMessage(event, parts),
    username: loginOf(parts),
    channel: event.channel,
    raw: parts.raw,
    type: TYPES[parts.command],
  };
}

function textLine(event: StoredEvent, parts: Parts): string {
  const time = new Date(timeOf(event)).toISOString();
  const author = parts.command === "PRIVMSG" ? `${loginOf(parts)}: ` : "";
  const text = textOf(parts, parts.values);
  return `[${time.slice(0, 10)} ${time.slice(11, 19)}] #${event.channel} ${author}${text}\r\n`;
}

/** The login of the user who wrote the line or whom it affects; empty if there is none. */
function loginOf({ command, params, prefix, values }: Parts): string {
  switch (command) {
    case "PRIVMSG":
      return nickOf(prefix ?? "");
    case "CLEARCHAT":
      return params[1] ?? "";
    default:
      return values.get("login") ?? "";
  }
}
