/** Filters out the events of users and channels that have opted out, so that they are neither stored nor shown. */
import { OptOutList } from "../archive/access/opt_out.ts";
import type { ChatEvent } from "../chat/events.ts";
import { withoutQuoteOf } from "../irc/events/quote.ts";

export interface OptOutListener {
  /** A line has the id of a user whose opt-out has only a login. */
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
   * The event as it may be stored: unchanged, or, if it is a reply to a user who has opted out, without that user's
   * name and text. Undefined if one of these users wrote it, if it is about one of them, or if its channel has opted
   * out.
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
