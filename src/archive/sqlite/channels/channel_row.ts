/** Rows of `channels`: the statements that read them, for the writer and the readers. */
import type { Channel } from "../../channel.ts";

export interface ChannelRow {
  id: number;
  login: string;
  twitch_id: number | null;
  enabled: number;
  hidden: number;
  deleting: number;
  created_at: number;
  messages: number;
  first_at: number | null;
  last_at: number | null;
  keep_days: number | null;
  keep_messages: number | null;
}

const CHANNEL_COLUMNS = `
  id, login, twitch_id, enabled, hidden, deleting, created_at, messages, first_at, last_at,
  (SELECT days FROM retention WHERE channel_id = channels.id) AS keep_days,
  (SELECT messages FROM retention WHERE channel_id = channels.id) AS keep_messages`;

/** All channels, by login. */
export const CHANNELS = `
  SELECT ${CHANNEL_COLUMNS}
  FROM channels
  ORDER BY login`;

/** The channel with a login. */
export const CHANNEL = `
  SELECT ${CHANNEL_COLUMNS}
  FROM channels
  WHERE login = ?`;

/** The earlier logins of every channel, newest first. */
export const CHANNEL_LOGINS = `
  SELECT channel_id, login, until_at
  FROM channel_logins
  ORDER BY channel_id DESC, until_at DESC`;

export function channelOf(row: ChannelRow, earlierLogins: string[]): Channel {
  const { keep_days: days, keep_messages: messages } = row;
  return {
    id: row.id,
    login: row.login,
    twitchId: row.twitch_id ?? undefined,
    enabled: row.enabled === 1,
    hidden: row.hidden === 1,
    deleting: row.deleting === 1,
    createdAt: row.created_at,
    messages: row.messages,
    firstAt: row.first_at ?? undefined,
    lastAt: row.last_at ?? undefined,
    earlierLogins,
    ...(days === null && messages === null
      ? {}
      : { retention: { days: days ?? undefined, messages: messages ?? undefined } }),
  };
}
