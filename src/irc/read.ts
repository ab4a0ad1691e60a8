/** Classifies a line: an event of a channel, a line of the protocol, or a rejected line. */
import { isLogin } from "../chat/channel_name.ts";
import type { ChatEvent } from "../chat/events.ts";
import { buildClearchat } from "./events/clearchat.ts";
import { buildClearmsg } from "./events/clearmsg.ts";
import type { Build } from "./events/fields.ts";
import { buildNotice } from "./events/notice.ts";
import { buildPrivmsg } from "./events/privmsg.ts";
import { buildRaw } from "./events/raw.ts";
import { buildRoomstate } from "./events/roomstate.ts";
import { buildUsernotice } from "./events/usernotice.ts";
import { type IrcLine, parseLine } from "./syntax/parse.ts";
import { readTagColumns } from "./syntax/tag_columns.ts";

export type Reading =
  | { kind: "chat"; event: ChatEvent }
  | { kind: "protocol"; line: IrcLine }
  | { kind: "rejected"; why: string };

/**
 * Reads one line. Never throws. A line of a channel is `chat`. If an event's fields cannot hold such a line without loss,
 * the event has the kind `raw` and contains the unchanged line.
 */
export function readLine(text: string): Reading {
  // IRC forbids NUL, and texts in SQLite end at it.
  if (text.includes("\0")) return rejected("NUL in a line");
  const line = parseLine(text);
  if (line === undefined) return rejected("not an IRC line");
  switch (line.command) {
    case "PRIVMSG":
      return chat(text, line, buildPrivmsg);
    case "USERNOTICE":
      return chat(text, line, buildUsernotice);
    case "CLEARCHAT":
      return chat(text, line, buildClearchat);
    case "CLEARMSG":
      return chat(text, line, buildClearmsg);
    case "ROOMSTATE":
      return chat(text, line, buildRoomstate);
    case "JOIN":
    case "PART":
    case "MODE":
    case "USERSTATE":
      return { kind: "protocol", line };
    case "NOTICE":
      return isOfChannel(line) ? chat(text, line, buildNotice) : { kind: "protocol", line };
    default:
      if (/^[0-9]{3}$/.test(line.command)) return { kind: "protocol", line };
      if (!/^[A-Za-z]+$/.test(line.command)) return rejected("not an IRC command");
      return isOfChannel(line) ? chat(text, line, () => undefined) : { kind: "protocol", line };
  }
}

function chat(text: string, line: IrcLine, build: Build): Reading {
  if (!isOfChannel(line)) return rejected(`${line.command} without a channel`);
  const sent = line.params[0]!.slice(1);
  const channel = sent.toLowerCase();
  if (!isLogin(channel)) return rejected(`${line.command} with an invalid channel name`);
  const tags = readTagColumns(line.tags);
  const event = tags !== undefined && sent === channel ? build(line, tags, channel) : undefined;
  return { kind: "chat", event: event ?? buildRaw(text, channel, tags) };
}

function isOfChannel(line: IrcLine): boolean {
  return line.params.length > 0 && line.params[0]!.charCodeAt(0) === 35;
}

function rejected(why: string): Reading {
  return { kind: "rejected", why };
}
