/** Keeps the events of those who have opted out from being stored and shown. */
import { OptOutList } from "../archive/access/opt_out.ts";
import type { ChatEvent } from "../chat/events.ts";
import { withoutQuoteOf } from "../irc/events/quote.ts";

export interface OptOutListener {
  /** A line told the id of a user of whom only the login was known. */
  identified(login: string, twitchId: number): void;
  /** The channel that this login leads to has opted out. */
  channelFound(login: string): void;
}

export class OptOutFilter {
  readonly #listener: OptOutListener;
  #list = new OptOutList([]);

  constructor(listener: OptOutListener) {
    this.#listener = listener;
  }

  get list(): OptOutList {
    return this.#list;
  }

  replace(list: OptOutList): void {
    this.#list = list;
  }

  /**
   * The event as it may be stored: itself, or an answer to one of these users without what they wrote. Undefined if it is by
   * one of them, about one, or in one of the channels.
   */
  admit(event: ChatEvent): ChatEvent | undefined {
    const list = this.#list;
    if (list.isEmpty) return event;
    const { author, channel, roomId } = event;
    if (list.has("channel", { twitchId: roomId, login: channel })) {
      this.#listener.channelFound(channel);
      return undefined;
    }
    if (author && list.has("user", { twitchId: author.userId, login: author.login })) {
      if (author.userId !== undefined && list.lacksIdOf("user", author.login)) {
        this.#listener.identified(author.login, author.userId);
      }
      return undefined;
    }
    return withoutQuoteOf(event, (answered) => list.has("user", answered));
  }
}
