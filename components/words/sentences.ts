/** Sentences for events that Twitch sends without one. */
import type { ChatEvent, Removal, StoredEvent } from "../../src/chat/events.ts";
import { timeoutSeconds } from "../../src/irc/events/clearchat.ts";
import { serverMessageId } from "../../src/irc/events/notice.ts";
import { modesOf } from "../../src/irc/events/roomstate.ts";
import { noticeDetails } from "../../src/irc/events/usernotice.ts";

/** `10 s`, `10 min`, `2 h`, `14 d`: Twitch's durations are mostly whole. */
export function duration(seconds: number): string {
  for (const [unit, size] of [["d", 86_400], ["h", 3_600], ["min", 60]] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** Why a message is no longer in Twitch's chat: `deleted`, `timed out for 10 min`, `banned`. */
export function removalWords({ kind, durationS }: Pick<Removal, "kind" | "durationS">): string {
  if (kind === "deletion") return "deleted";
  if (kind === "ban") return "banned";
  return durationS === undefined ? "timed out" : `timed out for ${duration(durationS)}`;
}

/** The text after the target's name in the row of a timeout, ban or deletion. */
export function moderationText(event: Pick<ChatEvent, "kind" | "tags">): string {
  if (event.kind === "timeout") return `was ${removalWords(removalBy(event)!)}`;
  if (event.kind === "ban") return "was banned";
  return "had a message deleted:";
}

/** How an event removes messages; undefined if it removes none. */
export function removalBy(event: Pick<ChatEvent, "kind" | "tags">): Omit<Removal, "by"> | undefined {
  const { kind } = event;
  if (kind !== "timeout" && kind !== "ban" && kind !== "deletion") return undefined;
  return { kind, durationS: timeoutSeconds(event) };
}

/** The name of a mode, and how to read its value: whether it is on, and its duration. */
const MODES: readonly [
  key: string,
  name: string,
  read: (value: string) => { on: boolean; detail?: string },
][] = [
  ["emote-only", "Emote-only mode", (value) => ({ on: value === "1" })],
  ["followers-only", "Followers-only mode", (value) => {
    const minutes = Number(value) || 0;
    return { on: minutes >= 0, detail: minutes > 0 ? duration(minutes * 60) : undefined };
  }],
  ["r9k", "Unique-chat mode", (value) => ({ on: value === "1" })],
  ["slow", "Slow mode", (value) => {
    const seconds = Number(value) || 0;
    return { on: seconds > 0, detail: seconds > 0 ? duration(seconds) : undefined };
  }],
  ["subs-only", "Subscribers-only mode", (value) => ({ on: value === "1" })],
];

/** A ROOMSTATE with at least this many modes lists all of them: until 2017 there were three. */
const WHOLE = 3;

/**
 * The sentence for a ROOMSTATE: `Slow mode on (30 s) · Emote-only mode off`. If its changes are known or it has only some
 * modes, it lists the changed modes, otherwise the modes that are on.
 */
export function stateWords({ tags, changed }: Pick<StoredEvent, "tags" | "changed">): string {
  const modes = modesOf(tags);
  const known = MODES.flatMap(([key, name, read]) => {
    const value = modes.get(key);
    return value === undefined || value === "" ? [] : [{ key, name, ...read(value) }];
  });
  const isWhole = changed === undefined && known.length >= WHOLE;
  const words = known
    .filter(({ key, on }) => isWhole ? on : changed === undefined || changed.includes(key))
    .map(({ name, on, detail }) =>
      `${name} ${on ? "on" : "off"}${detail === undefined ? "" : ` (${detail})`}`
    );
  if (words.length > 0) return words.join(" · ");
  return isWhole ? "No chat modes are on" : "The chat’s settings changed";
}

/** The sentence for a NOTICE without a text, with its `msg-id` if it has one. */
export function wordlessWords(event: Pick<ChatEvent, "tags">): string {
  const id = serverMessageId(event);
  return id === undefined
    ? "Twitch sent a notice without a text"
    : `Twitch sent a notice without a text (${id})`;
}

const NOTICES = new Map(Object.entries({
  sub: "Sub",
  resub: "Resub",
  subgift: "Gift",
  submysterygift: "Gifts",
  giftpaidupgrade: "Upgrade",
  anongiftpaidupgrade: "Upgrade",
  primepaidupgrade: "Upgrade",
  communitypayforward: "Gift",
  standardpayforward: "Gift",
  raid: "Raid",
  unraid: "Raid",
  ritual: "Hello",
  bitsbadgetier: "Bits",
  announcement: "Announcement",
  viewermilestone: "Streak",
  charitydonation: "Charity",
  modiversary: "Moderator",
  sharedchatnotice: "Shared chat",
}));

/** A word for the kind of a notice; "Notice" for unknown kinds. */
export function noticeWord(event: Pick<ChatEvent, "tags">): string {
  const { id, repeatedId } = noticeDetails(event);
  return NOTICES.get(repeatedId) ?? NOTICES.get(id) ?? "Notice";
}

const SUBS = new Set(["Sub", "Resub", "Gift", "Gifts", "Upgrade"]);

/** The group of notices with the same colour. */
export function noticeColor(event: Pick<ChatEvent, "tags">): "sub" | "raid" | "announcement" | "other" {
  const word = noticeWord(event);
  if (SUBS.has(word)) return "sub";
  return word === "Raid" ? "raid" : word === "Announcement" ? "announcement" : "other";
}

/** Notices whose sentence has a subject: the author by an earlier name, an anonymous user, or the raid. */
const WITH_SUBJECT = new Set([
  "sub",
  "resub",
  "subgift",
  "submysterygift",
  "anonsubgift",
  "anonsubmysterygift",
  "giftpaidupgrade",
  "anongiftpaidupgrade",
  "primepaidupgrade",
  "communitypayforward",
  "standardpayforward",
  "raid",
  "unraid",
  "ritual",
]);

/** A sentence that begins with a verb lacks its subject: `has been a moderator for 18 months!`. */
const BEGINS_WITH_VERB =
  /^(?:has|have|had|is|are|was|were|will|just|now|subscribed|gifted|watched|converted|unlocked|redeemed|earned|reached|sparked|shared|cheered|donated|celebrated|joined|became)(?![\p{L}\p{N}_])/iu;

/** Whether Twitch's sentence of a notice lacks a subject, so that the author's name must precede it. */
export function lacksSubject(event: Pick<ChatEvent, "author" | "tags">): boolean {
  const { author } = event;
  const { displayName, repeatedId, ...details } = noticeDetails(event);
  const sentence = details.sentence.trim().toLowerCase();
  if (sentence === "") return false;
  const names = [author?.displayName, author?.login, displayName]
    .map((name) => name?.toLowerCase()).filter((name) => name !== undefined && name !== "");
  if (names.some((name) => standsAt(sentence, name!, sentence.startsWith("@") ? 1 : 0))) return false;
  if (BEGINS_WITH_VERB.test(sentence)) return true;
  if (WITH_SUBJECT.has(repeatedId)) return false;
  return !names.some((name) => isNamed(sentence, name!));
}

function isNamed(sentence: string, name: string): boolean {
  for (let at = sentence.indexOf(name); at >= 0; at = sentence.indexOf(name, at + name.length)) {
    if (standsAt(sentence, name, at)) return true;
  }
  return false;
}

/** Whether the name is a whole word at this offset. */
function standsAt(sentence: string, name: string, at: number): boolean {
  const isInside = (text: string) => /^[\p{L}\p{N}_]$/u.test(text);
  return sentence.startsWith(name, at) && !isInside(sentence.charAt(at - 1)) &&
    !isInside(sentence.charAt(at + name.length));
}
