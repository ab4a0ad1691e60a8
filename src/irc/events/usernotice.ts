/** USERNOTICE: subscriptions, raids, announcements and other news of a channel. */
import type { Author, ChatEvent, Tags } from "../../chat/events.ts";
import { readTag } from "../syntax/tags.ts";
import * as marks from "../syntax/marks.ts";
import type { IrcLine } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { isKey } from "../syntax/values.ts";
import { authorOf } from "./author.ts";
import {
  eventOf,
  finish,
  putBack,
  putBackModeration,
  putBackPerson,
  serverPrefixMarks,
  takeRoom,
  takeUserId,
} from "./fields.ts";

/** @returns undefined if the line has too many parameters */
export function buildUsernotice(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2) return undefined;
  const marked = serverPrefixMarks(line);
  const text = line.params[1] ?? "";
  if (text === "" && line.params.length === 2) marked.unshift(marks.EMPTY_TEXT);
  let author: Author | undefined;
  if (isKey(tags.login)) author = authorOf(tags.login, takeUserId(tags, "user-id", marked), tags);
  else {
    putBack(tags, "login", tags.login);
    putBackPerson(tags);
  }
  const event = eventOf("notice", channel, tags, author, text);
  takeRoom(event, tags, marked);
  putBackModeration(tags);
  return finish(event, tags, marked);
}

/** What the tags of a notice say. */
export interface NoticeDetails {
  /** The kind, such as `resub`; of a notice of a shared chat `sharedchatnotice`. Empty if the tags do not say it. */
  id: string;
  /** The same; of a notice of a shared chat the kind of the notice that it repeats. */
  repeatedId: string;
  /** Twitch's sentence; empty for an announcement. */
  sentence: string;
  /** The color of an announcement, such as `PRIMARY`. */
  color?: string;
  /** The author's display name if the author is unknown because the line has no login. */
  displayName?: string;
  /** Other users that the sentence may name. */
  others: { login: string; displayName?: string }[];
}

/** The tags that name other users: login, display name. */
const OTHERS = [
  ["msg-param-recipient-user-name", "msg-param-recipient-display-name"],
  ["msg-param-sender-login", "msg-param-sender-name"],
  ["msg-param-prior-gifter-user-name", "msg-param-prior-gifter-display-name"],
  ["msg-param-login", "msg-param-displayName"],
] as const;

/** @param event an event of the kind `notice` */
export function noticeDetails({ tags }: Pick<ChatEvent, "tags">): NoticeDetails {
  const id = readTag(tags, "msg-id") ?? "";
  return {
    id,
    repeatedId: (id === "sharedchatnotice" ? readTag(tags, "source-msg-id") : undefined) ?? id,
    sentence: noticeSentence(tags) ?? "",
    color: readTag(tags, "msg-param-color"),
    displayName: readTag(tags, "display-name"),
    others: OTHERS.flatMap(([key, nameKey]) => {
      const login = readTag(tags, key);
      return login ? [{ login, displayName: readTag(tags, nameKey) }] : [];
    }),
  };
}

/** Twitch's sentence of a notice alone, which is searched; `undefined` if it has none. */
export function noticeSentence(tags: Tags): string | undefined {
  return readTag(tags, "system-msg");
}
