/** Filters out the events of users and channels that have opted out, so that they are neither stored nor shown. */
import { OptOutList } from "../archive/access/opt_out.ts";
import type { ChatEvent, Tags } from "../chat/events.ts";
import { readTag } from "../irc/syntax/tags.ts";

/** Tags of a reply that contain the name and the text of the message that it answers. */
const ANSWERED = /^reply-(?:parent|thread-parent)-(?:msg-body|display-name|user-login)=/;

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
    const { author, channel, roomId, tags } = event;
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
    return this.#answers(tags) ? { ...event, tags: tags.filter((tag) => !ANSWERED.test(tag)) } : event;
  }

  /** Whether the tags belong to a reply to one of these users. */
  #answers(tags: Tags): boolean {
    // Most lines are not replies.
    if (!tags.some((tag) => tag.startsWith("reply-"))) return false;
    return ["reply-parent", "reply-thread-parent"].some((name) => {
      const login = readTag(tags, `${name}-user-login`);
      const id = Number(readTag(tags, `${name}-user-id`));
      return (login !== undefined || id > 0) &&
        this.#list.has("user", { twitchId: id > 0 ? id : undefined, login });
    });
  }
}
