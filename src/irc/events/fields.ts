/**
 * What the builders of all kinds of event share. Values that fit a field become fields, and all others stay in `tags`, so
 * that the line can be rebuilt from the event.
 */
import type { Author, ChatEvent, Kind } from "../../chat/events.ts";
import { escapeTag } from "../syntax/tags.ts";
import * as marks from "../syntax/marks.ts";
import type { IrcLine } from "../syntax/parse.ts";
import { sortRest, type TagColumns } from "../syntax/tag_columns.ts";
import { nonEmpty, wholeNumber } from "../syntax/values.ts";
import { flagsOf } from "./author.ts";

/**
 * Builds the event of a line; `undefined` if the line cannot be rebuilt from an event. Then it has not changed the columns
 * that `raw` reads.
 */
export type Build = (line: IrcLine, tags: TagColumns, channel: string) => ChatEvent | undefined;

/** An event without its room and tags, which {@link finish} adds. */
export function eventOf(
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
  return { kind, channel, roomId: undefined, sentAt, uuid, author, text, tags: tags.rest };
}

/** Sets the tags of an event. @param marked the marks of the line, in their order */
export function finish(event: ChatEvent, tags: TagColumns, marked: readonly string[]): ChatEvent {
  if (!tags.sorted) sortRest(tags);
  event.tags = marked.length === 0 ? tags.rest : [...marked, ...tags.rest];
  return event;
}

/** Sets the room of an event. */
export function takeRoom(event: ChatEvent, tags: TagColumns, marked: string[]): void {
  event.roomId = wholeNumber(tags.roomId);
  if (event.roomId === undefined) putBack(tags, "room-id", tags.roomId) || marked.unshift(marks.NO_ROOM_ID);
}

/** The user id of a tag that is a number. Any other value stays a tag, and a missing one is marked. */
export function takeUserId(
  tags: TagColumns,
  key: "user-id" | "target-user-id",
  marked: string[],
): number | undefined {
  const value = key === "user-id" ? tags.userId : tags.targetUserId;
  const id = wholeNumber(value);
  if (id === undefined) {
    putBack(tags, key, value) ||
      marked.unshift(key === "user-id" ? marks.NO_USER_ID : marks.NO_TARGET_USER_ID);
  }
  return id;
}

/** Puts a value that has no field back among the tags; false if the line did not have it. */
export function putBack(tags: TagColumns, key: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  tags.rest.push(`${key}=${value}`);
  tags.sorted = false;
  return true;
}

/** Puts tags of moderation back, which lines of the kind usually do not have. */
export function putBackModeration(tags: TagColumns): void {
  putBack(tags, "ban-duration", tags.banDuration);
  putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "target-user-id", tags.targetUserId);
}

/** Puts tags of a user back, which lines of the kind usually do not have. */
export function putBackPerson(tags: TagColumns): void {
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

/** The mark of a prefix that is not the server's, as a list. */
export function serverPrefixMarks(line: IrcLine): string[] {
  if (line.prefix === marks.SERVER_PREFIX) return [];
  return [line.prefix === undefined ? marks.NO_PREFIX : `${marks.ODD_PREFIX}${escapeTag(line.prefix)}`];
}
