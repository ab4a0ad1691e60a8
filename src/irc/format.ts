/** Formats events as the lines from which they were read. */
import type { Author, ChatEvent, Kind, Tags } from "../chat/events.ts";
import { escapeTag, unescapeTag } from "./syntax/tags.ts";
import * as marks from "./syntax/marks.ts";
import { formatLine } from "./syntax/parse.ts";

const COMMANDS = {
  message: "PRIVMSG",
  action: "PRIVMSG",
  notice: "USERNOTICE",
  timeout: "CLEARCHAT",
  ban: "CLEARCHAT",
  clear: "CLEARCHAT",
  deletion: "CLEARMSG",
  server: "NOTICE",
  state: "ROOMSTATE",
} satisfies Record<Exclude<Kind, "raw">, string>;

/**
 * Returns the line of an event, without line end: the tags and values (in another order), prefix, command and parameters
 * of the line from which it was read. The event may have ids that the archive knows but the line did not have: its marks
 * exclude them.
 */
export function formatEvent(event: ChatEvent): string {
  if (event.kind === "raw") return event.text;
  const entries = event.tags;
  const pairs = columnPairs(event, entries);
  let prefix: string | undefined = usualPrefix(event);
  for (const entry of entries) {
    if (!marks.isMark(entry)) pairs.push(entry);
    else if (entry === marks.NO_PREFIX) prefix = undefined;
    else if (entry.startsWith(marks.ODD_PREFIX)) prefix = unescapeTag(entry.slice(marks.ODD_PREFIX.length));
  }
  const params = [`#${event.channel}`, ...lastParam(event, entries)];
  return formatLine({ tags: pairs.join(";"), prefix, command: COMMANDS[event.kind], params });
}

/** The tags that have columns. `tmi-sent-ts` is first, because readers of raw logs search for it with a `;` after it. */
function columnPairs(event: ChatEvent, entries: Tags): string[] {
  const { kind, author } = event;
  const pairs: string[] = [];
  const put = (key: string, value: string | number | undefined) => {
    if (value !== undefined) pairs.push(`${key}=${typeof value === "number" ? value : escapeTag(value)}`);
  };
  /** Puts a tag unless the entries contain it or its mark. In that case the column's value is not from the line. */
  const putUnlessMarked = (key: string, value: number | undefined) => {
    if (!entries.some((entry) => entry === `-${key}` || entry.startsWith(`${key}=`))) put(key, value);
  };
  put("tmi-sent-ts", event.sentAt);
  if (kind !== "server") putUnlessMarked("room-id", event.roomId);
  put(kind === "deletion" ? "target-msg-id" : "id", event.uuid);
  if (author === undefined) return pairs;
  if (kind === "timeout" || kind === "ban") {
    putUnlessMarked("target-user-id", author.userId);
    return pairs;
  }
  if (kind === "deletion" || kind === "notice") put("login", author.login);
  if (kind === "deletion") return pairs;
  putUnlessMarked("user-id", author.userId);
  pairs.push(...authorPairs(author));
  return pairs;
}

/** The tags of the author of a message or a notice, but the id. */
export function authorPairs(author: Author): string[] {
  const pairs: string[] = [];
  if (author.displayName !== undefined) pairs.push(`display-name=${escapeTag(author.displayName)}`);
  if (author.color !== undefined) pairs.push(`color=${escapeTag(author.color)}`);
  if (author.badges !== undefined) pairs.push(`badges=${escapeTag(author.badges)}`);
  if (author.badgeInfo !== undefined) pairs.push(`badge-info=${escapeTag(author.badgeInfo)}`);
  if (author.flags !== "") pairs.push(author.flags);
  return pairs;
}

function usualPrefix({ kind, author }: ChatEvent): string {
  const written = kind === "message" || kind === "action";
  return written && author !== undefined ? marks.usualPrefix(author.login) : marks.SERVER_PREFIX;
}

function lastParam(event: ChatEvent, entries: Tags): string[] {
  switch (event.kind) {
    case "timeout":
    case "ban":
      return event.author === undefined ? [] : [event.author.login];
    case "clear":
    case "state":
      return [];
    case "notice":
      return event.text !== "" || entries.includes(marks.EMPTY_TEXT) ? [event.text] : [];
    case "action":
      return [`\x01ACTION ${event.text}${entries.includes(marks.NO_CTCP_END) ? "" : "\x01"}`];
    default:
      return entries.includes(marks.NO_TEXT) ? [] : [event.text];
  }
}
