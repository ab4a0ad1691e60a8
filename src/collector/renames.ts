/** Channels whose name on Twitch changed, since the start. */
import type { Channel } from "../archive/archive.ts";
import type { Rename } from "./recorder.ts";

const MAX_RENAMES = 20;

export class Renames {
  /** The newest first. */
  #list: Rename[] = [];

  get list(): readonly Rename[] {
    return this.#list;
  }

  /**
   * The room with the name `to` is another one now.
   * @param channel its channel, which perhaps had another name before
   */
  add(to: string, channel: Channel, at: number): Rename {
    const [from] = channel.earlierLogins;
    const rename: Rename = { at, to, from, roomId: channel.twitchId! };
    this.#list = [rename, ...this.#list].slice(0, MAX_RENAMES);
    return rename;
  }

  /** The name that the room was last given, where it was `login` that it gave up for it. */
  aliasOf(login: string, roomId: number): string | undefined {
    const last = this.#list.find((rename) => rename.roomId === roomId);
    return last?.from === login ? last.to : undefined;
  }
}
