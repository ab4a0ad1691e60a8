/** CLEARMSG: the deletion of one message. */
import type { Author, ChatEvent } from "../../chat/events.ts";
import * as marks from "../syntax/marks.ts";
import type { IrcLine } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { isKey, nonEmpty } from "../syntax/values.ts";
import { targetOf } from "./author.ts";
import { eventOf, finish, putBack, putBackPerson, serverPrefixMarks, takeRoom } from "./fields.ts";

/** @returns undefined if the line has too many parameters */
export function buildClearmsg(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  const marked = serverPrefixMarks(line);
  if (line.params.length === 1) marked.unshift(marks.NO_TEXT);
  let author: Author | undefined;
  if (isKey(tags.login)) author = targetOf(tags.login, undefined);
  else putBack(tags, "login", tags.login);
  putBack(tags, "id", tags.id);
  const event = eventOf("deletion", channel, tags, author, line.params[1] ?? "");
  event.uuid = nonEmpty(tags.targetMsgId);
  takeRoom(event, tags, marked);
  if (event.uuid === undefined) putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "target-user-id", tags.targetUserId);
  putBack(tags, "ban-duration", tags.banDuration);
  putBackPerson(tags);
  return finish(event, tags, marked);
}
