/**
 * Builds an event from each kind of chat line. Values that fit a field become fields, and all others stay in `tags`. A
 * builder returns `undefined` if the line cannot be rebuilt from the event; then it has not changed anything that `raw`
 * reads.
 */
import type { Author, ChatEvent, Kind } from "../chat/events.ts";
import { escapeTag } from "../chat/tags.ts";
import * as marks from "./marks.ts";
import { type IrcLine, nickOf } from "./parse.ts";
import { flagsOf, personOf, targetOf } from "./people.ts";
import { sortRest, type TagColumns } from "./tag_columns.ts";
import { isKey, nonEmpty, wholeNumber } from "./values.ts";

const ACTION = "\x01ACTION ";

export function message(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2 || line.prefix === undefined) return undefined;
  const usual = marks.usualLogin(line.prefix);
  const login = usual ?? nickOf(line.prefix).toLowerCase();
  // Only names of servers have a dot.
  if (!isKey(login) || login.includes(".")) return undefined;
  let entries = usual === undefined ? `${marks.ODD_PREFIX}${escapeTag(line.prefix)};` : "";
  let kind: Kind = "message";
  let text = "";
  if (line.params.length === 1) entries = `${marks.NO_TEXT};${entries}`;
  else text = line.params[1]!;
  if (text.charCodeAt(0) === 1 && text.startsWith(ACTION)) {
    kind = "action";
    const closed = text.length > ACTION.length && text.charCodeAt(text.length - 1) === 1;
    if (!closed) entries = `${marks.NO_CTCP_END};${entries}`;
    text = text.slice(ACTION.length, closed ? -1 : undefined);
  }
  const userId = wholeNumber(tags.userId);
  if (userId === undefined) entries = putBack(tags, "user-id", tags.userId, marks.NO_USER_ID) + entries;
  const event = eventOf(kind, channel, tags, personOf(login, userId, tags), text);
  entries = takeRoom(event, tags) + entries;
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  return finished(event, tags, entries);
}

export function notice(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  let entries = serverPrefix(line);
  const text = line.params[1] ?? "";
  if (text === "" && line.params.length === 2) entries = marks.EMPTY_TEXT + ";" + entries;
  let author: Author | undefined;
  if (isKey(tags.login)) {
    const userId = wholeNumber(tags.userId);
    if (userId === undefined) entries = putBack(tags, "user-id", tags.userId, marks.NO_USER_ID) + entries;
    author = personOf(tags.login, userId, tags);
  } else {
    putBack(tags, "login", tags.login);
    putBackPerson(tags);
  }
  const event = eventOf("notice", channel, tags, author, text);
  entries = takeRoom(event, tags) + entries;
  putBackModeration(tags);
  return finished(event, tags, entries);
}

export function clearance(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  const target = line.params[1];
  if (line.params.length > 2 || (target !== undefined && !isKey(target))) return undefined;
  let entries = serverPrefix(line);
  let author: Author | undefined;
  let kind: Kind = "clear";
  if (target === undefined) putBack(tags, "target-user-id", tags.targetUserId);
  else {
    kind = tags.banDuration ? "timeout" : "ban";
    const userId = wholeNumber(tags.targetUserId);
    if (userId === undefined) {
      entries = putBack(tags, "target-user-id", tags.targetUserId, marks.NO_TARGET_USER_ID) + entries;
    }
    author = targetOf(target, userId);
  }
  const event = eventOf(kind, channel, tags, author, "");
  entries = takeRoom(event, tags) + entries;
  putBack(tags, "ban-duration", tags.banDuration);
  putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "login", tags.login);
  putBackPerson(tags);
  return finished(event, tags, entries);
}

export function deletion(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  let entries = serverPrefix(line);
  if (line.params.length === 1) entries = `${marks.NO_TEXT};${entries}`;
  let author: Author | undefined;
  if (isKey(tags.login)) author = targetOf(tags.login, undefined);
  else putBack(tags, "login", tags.login);
  putBack(tags, "id", tags.id);
  const event = eventOf("deletion", channel, tags, author, line.params[1] ?? "");
  event.uuid = nonEmpty(tags.targetMsgId);
  entries = takeRoom(event, tags) + entries;
  if (event.uuid === undefined) putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "target-user-id", tags.targetUserId);
  putBack(tags, "ban-duration", tags.banDuration);
  putBackPerson(tags);
  return finished(event, tags, entries);
}

export function state(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 1) return undefined;
  const event = eventOf("state", channel, tags, undefined, "");
  const entries = takeRoom(event, tags) + serverPrefix(line);
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  putBackPerson(tags);
  return finished(event, tags, entries);
}

/** A NOTICE usually has no `room-id`. If it has one, it stays in the tags. */
export function server(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  let entries = serverPrefix(line);
  if (line.params.length === 1) entries = `${marks.NO_TEXT};${entries}`;
  const event = eventOf("server", channel, tags, undefined, line.params[1] ?? "");
  putBack(tags, "room-id", tags.roomId);
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  putBackPerson(tags);
  return finished(event, tags, entries);
}

/** The unchanged line. Its ids are read nevertheless, for its channel and for deduplication. */
export function raw(text: string, channel: string, tags: TagColumns | undefined): ChatEvent {
  return {
    kind: "raw",
    channel,
    roomId: wholeNumber(tags?.roomId),
    sentAt: wholeNumber(tags?.sentAt),
    uuid: nonEmpty(tags?.id),
    author: undefined,
    text,
    tags: "",
  };
}

function eventOf(
  kind: Kind,
  channel: string,
  tags: TagColumns,
  author: Author | undefined,
  text: string,
): ChatEvent {
  const sentAt = wholeNumber(tags.sentAt);
  if (sentAt === undefined) putBack(tags, "tmi-sent-ts", tags.sentAt);
  let uuid: string | undefined;
  if (kind !== "deletion") {
    uuid = nonEmpty(tags.id);
    if (uuid === undefined) putBack(tags, "id", tags.id);
  }
  return { kind, channel, roomId: undefined, sentAt, uuid, author, text, tags: "" };
}

function finished(event: ChatEvent, tags: TagColumns, entries: string): ChatEvent {
  if (!tags.sorted) sortRest(tags);
  const rest = tags.rest.join(";");
  event.tags = entries === "" ? rest : rest === "" ? entries.slice(0, -1) : entries + rest;
  return event;
}

function takeRoom(event: ChatEvent, tags: TagColumns): string {
  event.roomId = wholeNumber(tags.roomId);
  return event.roomId === undefined ? putBack(tags, "room-id", tags.roomId, marks.NO_ROOM_ID) : "";
}

/** Puts tags of moderation back, which lines of this kind usually do not have. */
function putBackModeration(tags: TagColumns): void {
  putBack(tags, "ban-duration", tags.banDuration);
  putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "target-user-id", tags.targetUserId);
}

function putBackPerson(tags: TagColumns): void {
  putBack(tags, "user-id", tags.userId);
  putBack(tags, "display-name", tags.displayName);
  putBack(tags, "color", tags.color);
  putBack(tags, "badges", tags.badges);
  putBack(tags, "badge-info", tags.badgeInfo);
  const flags = flagsOf(tags);
  if (flags !== "") {
    tags.rest.push(...flags.split(";"));
    tags.sorted = false;
  }
}

/** Puts a value back among the tags. If it was missing, returns the mark `absent` with a `;`; else an empty string. */
function putBack(tags: TagColumns, key: string, value: string | undefined, absent?: string): string {
  if (value !== undefined) {
    tags.rest.push(`${key}=${value}`);
    tags.sorted = false;
    return "";
  }
  return absent === undefined ? "" : `${absent};`;
}

function serverPrefix(line: IrcLine): string {
  if (line.prefix === marks.SERVER_PREFIX) return "";
  return line.prefix === undefined ? `${marks.NO_PREFIX};` : `${marks.ODD_PREFIX}${escapeTag(line.prefix)};`;
}
