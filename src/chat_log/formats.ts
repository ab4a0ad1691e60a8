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
const TYPES: ReadonlyMap<string, number> = new Map([
  ["PRIVMSG", 1],
  ["CLEARCHAT", 2],
  ["ROOMSTATE", 3],
  ["USERNOTICE", 4],
  ["NOTICE", 6],
  ["CLEARMSG", 13],
]);

/** A line of a channel. */
export interface LogLine {
  /** The id of its message. */
  id: number;
  /** The line, without its end. */
  line: string;
  /** When it was sent or, if it does not say that, received; epoch milliseconds. */
  at: number;
  /** The channel's login. */
  channel: string;
}

/** The line of an event. */
export function lineOf(event: StoredEvent): LogLine {
  const { id, channel, sentAt = receivedAt(id) } = event;
  return { id, line: formatEvent(event), at: sentAt, channel };
}

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
 * Returns a function that writes a line; undefined for a line whose command logs do not have.
 * @param roomId Twitch's id of the channel, for lines that say nothing about it
 */
export function logWriter(
  format: LogFormat,
  roomId: number | undefined,
): (line: LogLine) => string | undefined {
  if (format === "raw") {
    return ({ line, at }) => isLogged(line) ? `${withSentTime(line, at, roomId)}\r\n` : undefined;
  }
  const write = WRITERS[format];
  return (line) => {
    const raw = withSentTime(line.line, line.at, roomId);
    const parsed = parseLine(raw);
    if (parsed === undefined || !TYPES.has(parsed.command)) return undefined;
    return write(new Parts(line, parsed, raw));
  };
}

/** Whether logs have the command of a line. */
export function isLogged(line: string): boolean {
  // A look at its usual place takes a tenth of the time of parsing.
  let at = line.startsWith("@") ? line.indexOf(" ") + 1 : 0;
  if (line.startsWith(":", at)) at = line.indexOf(" ", at) + 1;
  return TYPES.has(line.slice(at, line.indexOf(" ", at))) || TYPES.has(parseLine(line)?.command ?? "");
}

/** A line and its parts. */
class Parts {
  readonly at: number;
  readonly channel: string;
  readonly line: IrcLine;
  /** The line with its time. */
  readonly raw: string;
  #tags: Map<string, string> | undefined;

  constructor({ at, channel }: LogLine, line: IrcLine, raw: string) {
    this.at = at;
    this.channel = channel;
    this.line = line;
    this.raw = raw;
  }

  /** The unescaped values of the tags. Texts of ordinary messages need none of them. */
  get tags(): Map<string, string> {
    return this.#tags ??= parseTags(this.line.tags);
  }

  get type(): number {
    return TYPES.get(this.line.command)!;
  }

  /** The login of the user who wrote the line or whom it affects; empty if there is none. */
  get login(): string {
    const { command, params, prefix } = this.line;
    switch (command) {
      case "PRIVMSG":
        return nickOf(prefix ?? "");
      case "CLEARCHAT":
        return params[1] ?? "";
      default:
        return this.tags.get("login") ?? "";
    }
  }

  get text(): string {
    return textOf(this.line, () => this.tags);
  }
}

const WRITERS: Record<Exclude<LogFormat, "raw">, (parts: Parts) => string> = {
  text: textLine,
  json: (parts) => JSON.stringify(fullMessage(parts)),
  jsonBasic: (parts) => JSON.stringify(basicMessage(parts)),
  ndjson: (parts) => `${JSON.stringify(basicMessage(parts))}\n`,
};

function basicMessage(parts: Parts): BasicMessage {
  return {
    text: parts.text,
    displayName: parts.tags.get("display-name") || parts.login,
    timestamp: new Date(parts.at).toISOString(),
    id: parts.tags.get("id") ?? "",
    tags: Object.fromEntries(parts.tags),
  };
}

function fullMessage(parts: Parts) {
  const { login, channel, raw, type } = parts;
  return { ...basicMessage(parts), username: login, channel, raw, type };
}

function textLine(parts: Parts): string {
  const time = new Date(parts.at).toISOString();
  const author = parts.line.command === "PRIVMSG" ? `${parts.login}: ` : "";
  return `[${time.slice(0, 10)} ${time.slice(11, 19)}] #${parts.channel} ${author}${parts.text}\r\n`;
}
