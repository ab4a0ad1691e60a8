/** What `is:`, `has:`, `badge:` and other operators find: facts of an event beside its words. */
import type { ChatEvent, StoredEvent } from "../chat/events.ts";
import { answeredMessage, messageDetails } from "../irc/events/privmsg.ts";
import { noticeDetails } from "../irc/events/usernotice.ts";
import { messageParts, type Part } from "../parts/message_parts.ts";
import { fold } from "./text/tokens.ts";
import type { HasValue, IsValue } from "./language/values.ts";

const isMessage = ({ kind }: ChatEvent) => kind === "message" || kind === "action";
const isNotice = (...ids: string[]) => (event: ChatEvent) =>
  event.kind === "notice" && ids.includes(noticeDetails(event).repeatedId);

/** By value of `is:`. */
export const FACTS: Readonly<Record<IsValue, (event: StoredEvent) => boolean>> = {
  action: ({ kind }) => kind === "action",
  notice: ({ kind }) => kind === "notice",
  timeout: ({ kind }) => kind === "timeout",
  ban: ({ kind }) => kind === "ban",
  sub: isNotice("sub", "primepaidupgrade", "giftpaidupgrade", "anongiftpaidupgrade"),
  resub: isNotice("resub"),
  gift: isNotice(
    "subgift",
    "anonsubgift",
    "submysterygift",
    "anonsubmysterygift",
    "communitypayforward",
    "standardpayforward",
  ),
  raid: isNotice("raid"),
  announcement: isNotice("announcement"),
  reply: (event) => isMessage(event) && answeredMessage(event) !== undefined,
  first: (event) => isMessage(event) && messageDetails(event).isFirst,
  returning: (event) => isMessage(event) && messageDetails(event).isReturning,
  deleted: ({ removed }) => removed !== undefined,
  bits: (event) => bitsOf(event) > 0,
  highlight: (event) => isMessage(event) && messageDetails(event).isHighlighted,
  shared: (event) => messageDetails(event).isFromSharedChat,
  filled: ({ source }) => source !== undefined,
  mod: (event) => hasBadge(event, "moderator") || flagsOf(event).includes("mod=1"),
  vip: (event) => hasBadge(event, "vip") || flagsOf(event).some((flag) => /^vip=1?$/.test(flag)),
  subscriber: (event) =>
    hasBadge(event, "subscriber") || hasBadge(event, "founder") || flagsOf(event).includes("subscriber=1"),
  broadcaster: (event) => hasBadge(event, "broadcaster"),
};

/** By value of `has:`. */
export const CONTENTS: Readonly<Record<HasValue, (event: ChatEvent) => boolean>> = {
  link: (event) => /https?:/i.test(event.text) && partsOf(event, "link").length > 0,
  emote: (event) => messageDetails(event).emotes !== "" && partsOf(event, "emote").length > 0,
  mention: (event) => event.text.includes("@") && partsOf(event, "mention").length > 0,
};

/** The logins that the text mentions with `@`, lower case. */
export function mentions(event: ChatEvent): string[] {
  return event.text.includes("@") ? partsOf(event, "mention").map(({ login }) => login.toLowerCase()) : [];
}

/** The names of the Twitch emotes in the text. */
export function emoteNames(event: ChatEvent): string[] {
  return messageDetails(event).emotes === "" ? [] : partsOf(event, "emote").map(({ text }) => text);
}

/** The login that a message replies to; undefined if it is no reply. */
export function repliedLogin(event: ChatEvent): string | undefined {
  if (!isMessage(event)) return undefined;
  const answered = answeredMessage(event);
  return answered && (answered.login || fold(answered.displayName));
}

/** The bits that a message cheered; 0 if none. */
export function bitsOf(event: ChatEvent): number {
  return isMessage(event) ? Number(messageDetails(event).bits ?? 0) || 0 : 0;
}

/** The ids of the messages whose thread the event belongs to: its own, the one that it answers, and the first one. */
export function threadIds(event: ChatEvent): string[] {
  if (!isMessage(event)) return [];
  const answered = answeredMessage(event);
  return [event.uuid, answered?.uuid, answered?.threadUuid]
    .filter((uuid) => uuid !== undefined)
    .map((uuid) => uuid.toLowerCase());
}

/** Whether the author had a badge. */
export function hasBadge({ author }: ChatEvent, set: string, version?: string): boolean {
  const badges = author?.badges;
  if (!badges) return false;
  const wanted = set.toLowerCase();
  return badges.toLowerCase().split(",").some((badge) =>
    version === undefined
      ? badge === wanted || badge.startsWith(`${wanted}/`)
      : badge === `${wanted}/${version.toLowerCase()}`
  );
}

function flagsOf({ author }: ChatEvent): string[] {
  return author?.flags.split(";") ?? [];
}

function partsOf<K extends Part["kind"]>(event: ChatEvent, kind: K): Extract<Part, { kind: K }>[] {
  return messageParts(event).filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
}
