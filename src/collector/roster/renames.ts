/** Channels that Twitch renamed since the start. */
import type { Channel } from "../../archive/channel.ts";
import type { Rename } from "../recorder.ts";

const MAX_RENAMES = 20;

export class Renames {
  /** Newest first. */
  #list: Rename[] = [];

  get list(): readonly Rename[] {
    return this.#list;
  }

  /**
   * Adds a rename: the login `to` belongs to another room now.
   * @param channel the room's channel, which may have had another name before
   */
  add(to: string, channel: Channel, at: number): Rename {
    const [from] = channel.earlierLogins;
    const rename: Rename = { at, to, from, roomId: channel.twitchId! };
    this.#list = [rename, ...this.#list].slice(0, MAX_RENAMES);
    return rename;
  }

  /** The room's new name, if its last rename was from `login`. */
  aliasOf(login: string, roomId: number): string | undefined {
    const last = this.#list.find((rename) => rename.roomId === roomId);
    return last?.from === login ? last.to : undefined;
  }
}
