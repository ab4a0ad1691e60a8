/** Facts of an event beside its words, which `is:`, `has:`, `badge:` and other operators find. */
import type { Author, ChatEvent, StoredEvent } from "../chat/events.ts";
import {
  type AnsweredMessage,
  answeredMessage,
  type MessageDetails,
  messageDetails,
} from "../irc/events/privmsg.ts";
import { noticeDetails } from "../irc/events/usernotice.ts";
import { emoteNames, messageParts, type Part } from "../parts/message_parts.ts";
import { fold } from "./text/tokens.ts";
import type { HasValue, IsValue } from "./language/values.ts";

/** The facts of one event. Values that several of them need are read at most once. */
export class EventFacts {
  readonly #event: ChatEvent & Partial<Pick<StoredEvent, "removed" | "source" | "changed">>;
  #details: MessageDetails | undefined;
  #answered: AnsweredMessage | undefined | null = null;
  #parts: Part[] | undefined;
  #emotes: string[] | undefined;
  #mentions: string[] | undefined;
  #lower: string | undefined;
  #traits: AuthorTraits | undefined;

  /** @param event `removed`, `source` and `changed` are known only of stored events */
  constructor(event: ChatEvent & Partial<Pick<StoredEvent, "removed" | "source" | "changed">>) {
    this.#event = event;
  }

  /** Whether a value of `is:` finds the event. */
  is(value: IsValue): boolean {
    return value in AUTHOR_FACTS
      ? AUTHOR_FACTS[value as AuthorFact](this.#author)
      : EVENT_FACTS[value as EventFact](this);
  }

  /** Whether a value of `has:` finds the event. */
  has(value: HasValue): boolean {
    switch (value) {
      case "link":
        return this.#event.text.includes("://") && this.#partsOf("link").length > 0;
      case "emote":
        return this.emotes.length > 0;
      case "mention":
        return this.mentions.length > 0;
    }
  }

  /** The logins that the text mentions with `@`, lower case. */
  get mentions(): string[] {
    return this.#mentions ??= this.#event.text.includes("@")
      ? this.#partsOf("mention").map(({ login }) => login.toLowerCase())
      : [];
  }

  /** The names of the Twitch emotes in the text. */
  get emotes(): string[] {
    return this.#emotes ??= emoteNames(this.#event);
  }

  /** Whether the text has a Twitch emote. @param name lower case */
  hasEmote(name: string): boolean {
    // Most texts do not even have the letters.
    this.#lower ??= this.#event.text.toLowerCase();
    return this.#lower.includes(name) && this.emotes.some((emote) => emote.toLowerCase() === name);
  }

  /** The login that the message replies to; undefined if it is no reply. */
  get repliedLogin(): string | undefined {
    const { answered } = this;
    return answered && (answered.login || fold(answered.displayName));
  }

  /** The bits that the message cheered; 0 if none. */
  get bits(): number {
    return this.isMessage ? Number(this.details.bits ?? 0) || 0 : 0;
  }

  /** The ids of the messages whose thread the event belongs to: its own, the one that it answers, and the first one. */
  get threadIds(): string[] {
    if (!this.isMessage) return [];
    return [this.#event.uuid, this.answered?.uuid, this.answered?.threadUuid]
      .filter((uuid) => uuid !== undefined)
      .map((uuid) => uuid.toLowerCase());
  }

  /** Whether the author had a badge. @param version undefined = any */
  hasBadge(set: string, version?: string): boolean {
    const { badges, badgeSets } = this.#author;
    const wanted = set.toLowerCase();
    return version === undefined
      ? badgeSets.includes(wanted)
      : badges.includes(`${wanted}/${version.toLowerCase()}`);
  }

  /** Its kind. */
  get kind(): ChatEvent["kind"] {
    return this.#event.kind;
  }

  /** Whether a user wrote it, and it is no notice. */
  get isMessage(): boolean {
    return this.kind === "message" || this.kind === "action";
  }

  /** What the tags say of a message. */
  get details(): MessageDetails {
    return this.#details ??= messageDetails(this.#event);
  }

  /** The message that it answers. */
  get answered(): AnsweredMessage | undefined {
    if (this.#answered === null) this.#answered = this.isMessage ? answeredMessage(this.#event) : undefined;
    return this.#answered;
  }

  /** Whether it is a notice of one of these kinds. */
  isNotice(ids: readonly string[]): boolean {
    return this.kind === "notice" && ids.includes(noticeDetails(this.#event).repeatedId);
  }

  /** Whether another event removed it. */
  get isRemoved(): boolean {
    return this.#event.removed !== undefined;
  }

  /** Whether it was filled in from a history service. */
  get isFilled(): boolean {
    return this.#event.source !== undefined;
  }

  /** Whether it changed the modes of the chat. */
  get isModeChange(): boolean {
    return this.kind === "state" && (this.#event.changed?.length ?? 0) > 0;
  }

  get #author(): AuthorTraits {
    return this.#traits ??= traitsOf(this.#event.author);
  }

  #partsOf<K extends Part["kind"]>(kind: K): Extract<Part, { kind: K }>[] {
    this.#parts ??= messageParts(this.#event);
    return this.#parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
  }
}

type AuthorFact = "mod" | "vip" | "subscriber" | "broadcaster";
type EventFact = Exclude<IsValue, AuthorFact>;

/** The traits of an author by Twitch's tags, split into pieces. */
export interface AuthorTraits {
  /** Badges, such as `subscriber/12`, lower case. */
  badges: readonly string[];
  /** The badges without their versions. */
  badgeSets: readonly string[];
  /** Tags, such as `mod=1`. */
  flags: readonly string[];
}

/** The traits of an author; none if there is no author. */
export function traitsOf(author: Author | undefined): AuthorTraits {
  const badges = author?.badges ? author.badges.toLowerCase().split(",").filter((badge) => badge !== "") : [];
  return {
    badges,
    badgeSets: badges.map((badge) => badge.split("/", 1)[0]!),
    flags: author?.flags ? author.flags.split(";") : [],
  };
}

/** Values of `is:` that depend on the author alone. */
export const AUTHOR_FACTS: Readonly<Record<AuthorFact, (traits: AuthorTraits) => boolean>> = {
  mod: ({ badgeSets, flags }) => badgeSets.includes("moderator") || flags.includes("mod=1"),
  vip: ({ badgeSets, flags }) =>
    badgeSets.includes("vip") || flags.includes("vip=1") || flags.includes("vip="),
  subscriber: ({ badgeSets, flags }) =>
    badgeSets.includes("subscriber") || badgeSets.includes("founder") || flags.includes("subscriber=1"),
  broadcaster: ({ badgeSets }) => badgeSets.includes("broadcaster"),
};

const SUBS = ["sub", "primepaidupgrade", "giftpaidupgrade", "anongiftpaidupgrade"];
const GIFTS = [
  "subgift",
  "anonsubgift",
  "submysterygift",
  "anonsubmysterygift",
  "communitypayforward",
  "standardpayforward",
];

/** The other values of `is:`. */
export const EVENT_FACTS: Readonly<Record<EventFact, (facts: EventFacts) => boolean>> = {
  action: ({ kind }) => kind === "action",
  notice: ({ kind }) => kind === "notice",
  timeout: ({ kind }) => kind === "timeout",
  ban: ({ kind }) => kind === "ban",
  mode: ({ isModeChange }) => isModeChange,
  sub: (facts) => facts.isNotice(SUBS),
  resub: (facts) => facts.isNotice(["resub"]),
  gift: (facts) => facts.isNotice(GIFTS),
  raid: (facts) => facts.isNotice(["raid"]),
  announcement: (facts) => facts.isNotice(["announcement"]),
  reply: ({ answered }) => answered !== undefined,
  first: ({ isMessage, details }) => isMessage && details.isFirst,
  returning: ({ isMessage, details }) => isMessage && details.isReturning,
  deleted: ({ isRemoved }) => isRemoved,
  bits: ({ bits }) => bits > 0,
  highlight: ({ isMessage, details }) => isMessage && details.isHighlighted,
  shared: ({ details }) => details.isFromSharedChat,
  filled: ({ isFilled }) => isFilled,
};
