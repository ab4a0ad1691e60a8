/** Events of users in the channels of a test archive. */
import type { Author, ChatEvent, Received } from "../../../src/chat/events.ts";

/** 2024-03-01 12:00 UTC. */
export const NOON = 1_709_294_400_000;

/** One event a second, from noon plus `startS` seconds. */
export function timed(events: ChatEvent[], startS = 0): Received[] {
  return events.map((event, i) => ({ event, receivedAt: NOON + (startS + i) * 1000 }));
}

export function person(userId: number | undefined, login: string, more: Partial<Author> = {}): Author {
  return { userId, login, displayName: login, color: "", badges: "", badgeInfo: "", flags: "mod=0", ...more };
}

export const ANN = person(11, "ann");
export const BEN = person(12, "ben");

export function message(author: Author, text: string, more: Partial<ChatEvent> = {}): ChatEvent {
  return {
    kind: "message",
    channel: "lake",
    roomId: more.channel === undefined || more.channel === "lake" ? 9001 : 9002,
    author,
    text,
    tags: ["emotes=", "first-msg=0", "flags=", "returning-chatter=0"],
    ...more,
  };
}

export function timeout(login: string, userId: number | undefined, seconds?: number): ChatEvent {
  return {
    kind: seconds === undefined ? "ban" : "timeout",
    channel: "lake",
    roomId: 9001,
    author: { login, userId, flags: "" },
    text: "",
    tags: seconds === undefined ? [] : [`ban-duration=${seconds}`],
  };
}

export function deletion(login: string, uuid: string): ChatEvent {
  return {
    kind: "deletion",
    channel: "lake",
    roomId: 9001,
    author: { login, flags: "" },
    uuid,
    text: "removed",
    tags: [],
  };
}
