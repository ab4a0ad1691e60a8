/** What can happen in a channel, as the archive keeps it and the pages show it. */

/**
 * The kinds of event, in the order of their codes in the archive (append only):
 * - `message` PRIVMSG, `action` a PRIVMSG sent with `/me`, `notice` USERNOTICE (subs, raids, announcements, …)
 * - `timeout`, `ban` CLEARCHAT with a target, with and without a duration; `clear` CLEARCHAT without a target
 * - `deletion` CLEARMSG; `server` NOTICE (what Twitch says to the channel); `state` ROOMSTATE
 * - `raw` any other command in a channel, kept as its line
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
export type Kind = typeof KINDS[number];

/**
 * A person as they were at that moment. For `timeout`, `ban` and `deletion` it is the person whom it befell, of whom
 * only the login and perhaps the id are known.
 */
export interface Author {
  /** Twitch's user id; `undefined` where the line did not carry one (old logs, CLEARMSG). */
  userId?: number;
  /** Lower-case key. */
  login: string;
  displayName?: string;
  /** As sent: `#RRGGBB`, empty where the user never chose one, `undefined` where the tag was missing. */
  color?: string;
  /** As sent: `subscriber/12,premium/1`. */
  badges?: string;
  /** As sent: `subscriber/14`. */
  badgeInfo?: string;
  /** The tags `mod`, `subscriber`, `turbo`, `user-type`, `vip` that were there, as a sorted tag section. */
  flags: string;
}

/** One thing that happened in a channel. From it the line that told of it can be rebuilt (`irc/format.ts`). */
export interface ChatEvent {
  kind: Kind;
  /** The channel's login, lower-case, without `#`. */
  channel: string;
  /** Twitch's id of the channel (`room-id`), where the line carried one that is a number. */
  roomId?: number;
  /** When Twitch sent it (`tmi-sent-ts`), epoch milliseconds. */
  sentAt?: number;
  /** Twitch's id of the message (`id`, mostly a UUID); for a `deletion` that of the message it removed. */
  uuid?: string;
  author?: Author;
  /**
   * `message`, `action`, `notice`, `server`: what was said (of an action the inner text); `deletion`: the removed
   * text; `raw`: the whole line; otherwise empty.
   */
  text: string;
  /**
   * Every other tag, as a sorted tag section in wire form, beside marks that begin with `-` or `:` and say where the
   * line departed from the usual (see `irc/marks.ts`). Read single values with `readTag`.
   */
  tags: string;
}

/** An event with the place that it has in the archive. */
export interface StoredEvent extends ChatEvent {
  /** See `ids.ts`; `receivedAt(id)` is when it was received. */
  id: number;
  channelId: number;
  /** The archive's user: Twitch's id, or a negative number for somebody who is known by login only. */
  userId?: number;
  /** What removed this message, where something did. */
  removed?: Removal;
  /** The host of the service that it came from, where it filled a gap. */
  source?: string;
  /** Of a `state`: the tags whose values differ from the channel's state before; missing where that is not known. */
  changed?: string[];
}

export interface Removal {
  /** The id of the event that removed it. */
  by: number;
  kind: "timeout" | "ban" | "deletion";
  /** Of a timeout. */
  durationS?: number;
}

/** An event and the epoch millisecond at which its line came off the socket. */
export interface Received {
  event: ChatEvent;
  receivedAt: number;
}

/** The kinds of what a person writes; other events happen to them or to the channel. */
export const WRITTEN: ReadonlySet<Kind> = new Set<Kind>(["message", "action", "notice"]);
