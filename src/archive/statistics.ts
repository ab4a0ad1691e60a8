/** Statistics of a channel. */

/** A span of a channel's time. */
export interface ChattersQuery {
  /** The archive's id of the channel. */
  channelId: number;
  /** Start of the span, epoch milliseconds. */
  from: number;
  /** End of the span, excluded. */
  to: number;
}

/** A span of a channel's time, and perhaps one person in it. */
export interface ChatterQuery extends ChattersQuery {
  /** If set, only this person is named, also with 0 messages. */
  userId?: number;
}

/** A person with the messages that they wrote. */
export interface Chatter {
  /** Twitch's id, or a negative number if only the login is known. */
  id: number;
  /** The present login. */
  login: string;
  /** The present display name. */
  displayName: string;
  /** Number of messages, actions and notices. */
  messages: number;
}

/**
 * The people who wrote in a span of a channel, and their numbers of messages. Exact for the messages from `from` on.
 */
export interface Chatters {
  /** Number of messages, actions and notices. */
  messages: number;
  /** Number of people who wrote them. */
  people: number;
  /** Those who wrote most, most messages first. */
  top: Chatter[];
  /**
   * Where the counted span begins: later than asked for if older messages are not counted yet (after an upgrade of the
   * archive), or if there was no time for them.
   */
  from: number;
}

/** A time in which people wrote in a channel without a long pause: mostly a stream. */
export interface Session {
  /** The beginning of the first minute with an event, epoch milliseconds. */
  from: number;
  /** The end of the last one. */
  to: number;
  /** Number of events. */
  messages: number;
  /** The beginning of the minute with the most events. */
  busiestAt: number;
  /** Number of events in that minute. */
  busiest: number;
}

/** A session ends when nobody writes for longer than this, in minutes. */
export const SESSION_PAUSE_MINUTES = 30;

/** The topics of the newest messages of a channel or a search: frequent emotes and unusual words. */
export interface Topics {
  /** The number of newest messages that were read. */
  messages: number;
  /** Whether these are all. */
  isAll: boolean;
  /** The most frequent Twitch emotes of these messages, most frequent first. */
  emotes: TopicEmote[];
  /** Whether the numbers of the emotes are of all matches, and not only of these messages. */
  areEmotesCounted: boolean;
  /** Words that occur much more often than in the whole archive, most remarkable first. */
  words: TopicWord[];
}

/** An emote, and the number of messages with it. */
export interface TopicEmote {
  /** As written. */
  name: string;
  /** The number of messages with it. */
  messages: number;
}

/** A word that occurs more often than usual. */
export interface TopicWord {
  /** Folded. */
  word: string;
  /** The number of these messages with it. */
  messages: number;
  /** How many times more often than in the whole archive. */
  times: number;
}
