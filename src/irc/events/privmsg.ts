/** PRIVMSG: a message, or an action if it was sent with `/me`. */
import type { ChatEvent, Kind, Tags } from "../../chat/events.ts";
import { escapeTag, readTag } from "../syntax/tags.ts";
import * as marks from "../syntax/marks.ts";
import { type IrcLine, nickOf } from "../syntax/parse.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { isKey } from "../syntax/values.ts";
import { authorOf } from "./author.ts";
import { eventOf, finish, putBack, putBackModeration, takeRoom, takeUserId } from "./fields.ts";

const ACTION = "\x01ACTION ";

/** @returns undefined if the line has no author or too many parameters */
export function buildPrivmsg(line: IrcLine, tags: TagColumns, channel: string): ChatEvent | undefined {
  if (line.params.length > 2 || line.prefix === undefined) return undefined;
  const usual = marks.usualLogin(line.prefix);
  const login = usual ?? nickOf(line.prefix).toLowerCase();
  // Only names of servers have a dot.
  if (!isKey(login) || login.includes(".")) return undefined;
  const marked = usual === undefined ? [`${marks.ODD_PREFIX}${escapeTag(line.prefix)}`] : [];
  let kind: Kind = "message";
  let text = "";
  if (line.params.length === 1) marked.unshift(marks.NO_TEXT);
  else text = line.params[1]!;
  if (text.charCodeAt(0) === 1 && text.startsWith(ACTION)) {
    kind = "action";
    const closed = text.length > ACTION.length && text.charCodeAt(text.length - 1) === 1;
    if (!closed) marked.unshift(marks.NO_CTCP_END);
    text = text.slice(ACTION.length, closed ? -1 : undefined);
  }
  const author = authorOf(login, takeUserId(tags, "user-id", marked), tags);
  const event = eventOf(kind, channel, tags, author, text);
  takeRoom(event, tags, marked);
  putBack(tags, "login", tags.login);
  putBackModeration(tags);
  return finish(event, tags, marked);
}

/** What the tags of a written text say: of a message, an action, and the text of a notice. */
export interface MessageDetails {
  /** The ranges of emotes, as sent: `25:0-4,6-10/1902:12-16`, in code points; empty without emotes. */
  emotes: string;
  /** The bits that were cheered with it, as sent. */
  bits?: string;
  /** It is the author's first message in the channel. */
  isFirst: boolean;
  /** The author is new, and has come back. */
  isReturning: boolean;
  /** It was highlighted with channel points. */
  isHighlighted: boolean;
  /** It redeemed a reward of the channel. */
  isRedemption: boolean;
  /** It was written in another channel of a shared chat. */
  isFromSharedChat: boolean;
}

/** @param event any event; what its tags do not say is missing or false */
export function messageDetails({ tags, roomId }: Pick<ChatEvent, "tags" | "roomId">): MessageDetails {
  const source = readTag(tags, "source-room-id");
  return {
    emotes: emoteRanges(tags),
    bits: readTag(tags, "bits") || undefined,
    isFirst: readTag(tags, "first-msg") === "1",
    isReturning: readTag(tags, "returning-chatter") === "1",
    isHighlighted: readTag(tags, "msg-id") === "highlighted-message",
    isRedemption: Boolean(readTag(tags, "custom-reward-id")),
    isFromSharedChat: Boolean(source) && roomId !== undefined && source !== String(roomId),
  };
}

/** Where a message of a shared chat was written. */
export interface SharedSource {
  /** Twitch's id of the message there, which all its copies have in common. */
  id: string;
  /** Whether this is the message itself, and no copy in another channel. */
  isOwn: boolean;
}

/** Undefined outside of a shared chat. */
export function sharedSource({ tags, roomId }: Pick<ChatEvent, "tags" | "roomId">): SharedSource | undefined {
  const id = readTag(tags, "source-id");
  return id ? { id, isOwn: readTag(tags, "source-room-id") === String(roomId) } : undefined;
}

/** The ranges of emotes, as {@link MessageDetails} has them. */
export function emoteRanges(tags: Tags): string {
  return readTag(tags, "emotes") ?? "";
}

/** Tags that {@link messageDetails} reads beside `emotes`; their values `0` and empty mean nothing. */
const DETAIL_KEYS = new Set([
  "bits",
  "first-msg",
  "returning-chatter",
  "msg-id",
  "custom-reward-id",
  "source-room-id",
]);

/** Whether tags have no details of a message but its emotes, and answer no other one. Most messages have such tags. */
export function sayOnlyEmotes(tags: Tags): boolean {
  return tags.every((tag) => {
    const eq = tag.indexOf("=");
    const key = tag.slice(0, eq);
    const isEmpty = eq === tag.length - 1 || tag.length === eq + 2 && tag[eq + 1] === "0";
    return DETAIL_KEYS.has(key) ? isEmpty : !key.startsWith("reply-");
  });
}

/** The message that a reply answers, as Twitch quotes it. */
export interface AnsweredMessage {
  /** Twitch's id of it. */
  uuid?: string;
  /** Twitch's id of the message that began the thread. */
  threadUuid?: string;
  /** Its author's login; empty if the tags do not say it. */
  login: string;
  /** Its author's display name, else the login. */
  displayName: string;
  /** Its text, perhaps shortened by Twitch. */
  text: string;
}

/** The message that this one answers; `undefined` if it is no reply. */
export function answeredMessage({ tags }: Pick<ChatEvent, "tags">): AnsweredMessage | undefined {
  const uuid = readTag(tags, "reply-parent-msg-id");
  const login = readTag(tags, "reply-parent-user-login") ?? "";
  if (uuid === undefined && login === "") return undefined;
  return {
    uuid,
    threadUuid: readTag(tags, "reply-thread-parent-msg-id"),
    login,
    displayName: readTag(tags, "reply-parent-display-name") || login,
    text: readTag(tags, "reply-parent-msg-body") ?? "",
  };
}
