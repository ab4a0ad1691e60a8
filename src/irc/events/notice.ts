/** NOTICE: a message by Twitch to a channel. */
import type { ChatEvent } from "../../chat/events.ts";
import { readTag } from "../syntax/tags.ts";
import * as marks from "../syntax/marks.ts";
import type { IrcLine } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { eventOf, finish, putBack, putBackModeration, putBackPerson, serverPrefixMarks } from "./fields.ts";

/**
 * A NOTICE usually has no `room-id`. If it has one, it stays in the tags.
 * @returns undefined if the line has too many parameters
 */
export function buildNotice(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  const marked = serverPrefixMarks(line);
  if (line.params.length === 1) marked.unshift(marks.NO_TEXT);
  const event = eventOf("server", channel, tags, undefined, line.params[1] ?? "");
  putBack(tags, "room-id", tags.roomId);
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  putBackPerson(tags);
  return finish(event, tags, marked);
}

/** What a NOTICE is about, such as `msg_banned`; `undefined` if it does not say it. */
export function serverMessageId({ tags }: Pick<ChatEvent, "tags">): string | undefined {
  return readTag(tags, "msg-id") || undefined;
}
