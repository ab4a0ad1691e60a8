/** CLEARCHAT: a timeout, a ban, or a chat that was cleared. */
import type { Author, ChatEvent, Kind } from "../../chat/events.ts";
import { readTag } from "../syntax/tags.ts";
import type { IrcLine } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { isKey, wholeNumber } from "../syntax/values.ts";
import { targetOf } from "./author.ts";
import {
  eventOf,
  finish,
  putBack,
  putBackPerson,
  serverPrefixMarks,
  takeRoom,
  takeUserId,
} from "./fields.ts";

/** @returns undefined if the target is no login, or the line has too many parameters */
export function buildClearchat(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  const target = line.params[1];
  if (line.params.length > 2 || (target !== undefined && !isKey(target))) return undefined;
  const marked = serverPrefixMarks(line);
  let author: Author | undefined;
  let kind: Kind = "clear";
  if (target === undefined) putBack(tags, "target-user-id", tags.targetUserId);
  else {
    kind = tags.banDuration ? "timeout" : "ban";
    author = targetOf(target, takeUserId(tags, "target-user-id", marked));
  }
  const event = eventOf(kind, channel, tags, author, "");
  takeRoom(event, tags, marked);
  putBack(tags, "ban-duration", tags.banDuration);
  putBack(tags, "target-msg-id", tags.targetMsgId);
  putBack(tags, "login", tags.login);
  putBackPerson(tags);
  return finish(event, tags, marked);
}

/** The length of a timeout, in seconds; `undefined` for other events, and if the tag is no whole number above 0. */
export function timeoutSeconds({ kind, tags }: Pick<ChatEvent, "kind" | "tags">): number | undefined {
  return kind === "timeout" ? wholeNumber(readTag(tags, "ban-duration")) : undefined;
}
