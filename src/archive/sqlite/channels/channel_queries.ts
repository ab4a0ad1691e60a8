/** Reads channels. They are few, so all of them are read at once. */
import type { DatabaseSync } from "node:sqlite";
import type { Channel } from "../../channel.ts";
import { fold } from "../../../search/text/tokens.ts";
import { CHANNEL_LOGINS, channelOf, type ChannelRow, CHANNELS } from "./channel_row.ts";

const FORMER_CHANNEL = `
  SELECT channel_id
  FROM channel_logins
  WHERE login = ?
  ORDER BY until_at DESC
  LIMIT 1`;

export class ChannelQueries {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      channels: db.prepare(CHANNELS),
      logins: db.prepare(CHANNEL_LOGINS),
      former: db.prepare(FORMER_CHANNEL),
    };
  }

  /** Also hidden ones. */
  all(): Channel[] {
    const earlier = new Map<number, string[]>();
    for (const row of this.#sql.logins.all()) {
      const id = row.channel_id as number;
      earlier.set(id, [...earlier.get(id) ?? [], row.login as string]);
    }
    return this.#sql.channels.all().map((row) => {
      const channel = row as unknown as ChannelRow;
      return channelOf(channel, earlier.get(channel.id) ?? []);
    });
  }

  /** See `ArchiveReader.channels`. */
  listed(): Channel[] {
    return this.all().filter((channel) => !channel.hidden);
  }

  /** See `ArchiveReader.channel`. */
  byId(id: number): Channel | undefined {
    return this.all().find((channel) => channel.id === id);
  }

  /** See `ArchiveReader.channelByTwitchId`. */
  byTwitchId(twitchId: number): Channel | undefined {
    return this.all().find((channel) => channel.twitchId === twitchId);
  }

  /** See `ArchiveReader.channelByLogin`. */
  byLogin(login: string): Channel | undefined {
    const present = this.all().find((channel) => channel.login === login);
    // A channel without an id and messages only waits for its first line: prefer the channel that had the login before.
    if (present && (present.twitchId !== undefined || present.messages > 0)) return present;
    const former = this.#sql.former.get(login);
    return (former && this.byId(former.channel_id as number)) ?? present;
  }

  /** See `ArchiveReader.searchChannels`. */
  search(text: string, limit: number): Channel[] {
    const wanted = fold(text.trim()).replace(/^[#@]/, "");
    const rank = (channel: Channel) => {
      const logins = [channel.login, ...channel.earlierLogins];
      if (logins.some((login) => login.startsWith(wanted))) return 0;
      return logins.some((login) => login.includes(wanted)) ? 1 : 2;
    };
    return this.listed()
      .map((channel) => ({ channel, rank: rank(channel) }))
      .filter((found) => found.rank < 2)
      .sort((a, b) => a.rank - b.rank || b.channel.messages - a.channel.messages)
      .slice(0, limit)
      .map((found) => found.channel);
  }
}
