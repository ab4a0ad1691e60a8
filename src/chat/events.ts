/** The events of a channel, as the archive stores them and the pages show them. */
import type { PlacedEmote } from "./set_emotes.ts";

/**
 * The kinds of event, in the order of their codes in the archive (append only):
 * - `message` PRIVMSG, `action` a PRIVMSG sent with `/me`, `notice` USERNOTICE (subs, raids, announcements, …)
 * - `timeout`, `ban` CLEARCHAT with a target, with and without a duration; `clear` CLEARCHAT without a target
 * - `deletion` CLEARMSG; `server` NOTICE (a message by Twitch to the channel); `state` ROOMSTATE
 * - `raw` any other command in a channel, stored as its line
 */
export const KINDS = [
  "message",
  "action",
  "notice",
  "timeout",
  "ban",
  "clear",
  "deletion",
  "server",
  "state",
  "raw",
] as const;
/** A kind of event. */
export type Kind = typeof KINDS[number];

/**
 * A user as they appeared at that moment. For `timeout`, `ban` and `deletion` it is the affected user, of whom only the
 * login and perhaps the id are known.
 */
export interface Author {
  /** Twitch's user id; `undefined` if the line has none (old logs, CLEARMSG). */
  userId?: number;
  /** Lower-case key. */
  login: string;
  /** As sent; missing if the tag is. */
  displayName?: string;
  /** As sent: `#RRGGBB`, empty if the user never chose one, `undefined` if the tag is missing. */
  color?: string;
  /** As sent: `subscriber/12,premium/1`. */
  badges?: string;
  /** As sent: `subscriber/14`. */
  badgeInfo?: string;
  /** The present ones of the tags `mod`, `subscriber`, `turbo`, `user-type`, `vip`, as a sorted tag section. */
  flags: string;
}

/**
 * Sorted `key=value` entries with escaped values, as on the wire, after marks that begin with `-` or `:` and record how the
 * line differed from the usual form (see `irc/syntax/marks.ts`). No entry is empty or contains `;`.
 */
export type Tags = readonly string[];

/** An event in a channel. `irc/format.ts` can rebuild its line from it. */
export interface ChatEvent {
  /** What happened. */
  kind: Kind;
  /** The channel's login, lower-case, without `#`. */
  channel: string;
  /** Twitch's id of the channel (`room-id`), if the line has one that is a number. */
  roomId?: number;
  /** When Twitch sent it (`tmi-sent-ts`), epoch milliseconds. */
  sentAt?: number;
  /** Twitch's id of the message (`id`, mostly a UUID); for a `deletion`, the id of the deleted message. */
  uuid?: string;
  /** Who wrote it, or whom it affects. */
  author?: Author;
  /**
   * `message`, `action`, `notice`, `server`: the text (for an action, the inner text); `deletion`: the deleted text;
   * `raw`: the whole line; otherwise empty.
   */
  text: string;
  /** All other tags. `irc/events/` reads what they mean, one file for each command. */
  tags: Tags;
}

/** An event in the archive. */
export interface StoredEvent extends ChatEvent {
  /** See `ids.ts`; `receivedAt(id)` is when it was received. */
  id: number;
  /** The archive's id of the channel. */
  channelId: number;
  /** The archive's user: Twitch's id, or a negative number if only the login is known. */
  userId?: number;
  /** The event that removed this message, if any. */
  removed?: Removal;
  /** If it filled a gap: the host of the history service. */
  source?: string;
  /** The emotes of other services in its text, ascending. `routes/set_emotes.ts` adds them; the archive does not store them. */
  setEmotes?: readonly PlacedEmote[];
  /** For a `state`: the tags whose values differ from the channel's previous state; missing if that is unknown. */
  changed?: string[];
}

/** How a message was removed. */
export interface Removal {
  /** The id of the event that removed it. */
  by: number;
  /** What the event was. */
  kind: "timeout" | "ban" | "deletion";
  /** For a timeout: its length in seconds. */
  durationS?: number;
}

/** An event and the time of receipt of its line, epoch milliseconds. */
export interface Received {
  /** The event. */
  event: ChatEvent;
  /** When its line was received. */
  receivedAt: number;
}

/** The kinds that a user writes; other events concern a user or the channel. */
export const WRITTEN: ReadonlySet<Kind> = new Set<Kind>(["message", "action", "notice"]);
