/** Compares the counters with the messages, up to the id up to which the counters are complete. */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import { WRITTEN_CODES } from "../codec/event_row.ts";
import { inTransaction } from "../file/transaction.ts";
import type { Fault } from "./fault.ts";
import { MINUTE_MS } from "../../../clock.ts";

/** Counts the messages into temporary tables. */
const COUNT = `
  DROP TABLE IF EXISTS temp.real_minutes;
  DROP TABLE IF EXISTS temp.real_user_channels;
  DROP TABLE IF EXISTS temp.real_channels;
  DROP TABLE IF EXISTS temp.real_users;

  CREATE TEMP TABLE real_minutes AS
  SELECT channel_id, id / ${
  TICKS * MINUTE_MS
} AS minute, count(*) AS messages, min(id) / ${TICKS} AS first_at,
    max(id) / ${TICKS} AS last_at
  FROM messages
  WHERE id <= (SELECT counters_upto FROM archive)
  GROUP BY 1, 2;

  CREATE TEMP TABLE real_user_channels AS
  SELECT a.user_id, m.channel_id, count(*) AS messages, max(m.id) / ${TICKS} AS last_at, min(m.id) / ${TICKS} AS first_at
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  JOIN authors AS a ON a.id = m.author_id
  WHERE m.id <= (SELECT counters_upto FROM archive) AND s.kind IN (${WRITTEN_CODES})
  GROUP BY 1, 2;

  CREATE TEMP TABLE real_channels AS
  SELECT channel_id AS id, sum(messages) AS messages, min(first_at) AS first_at, max(last_at) AS last_at
  FROM real_minutes
  GROUP BY 1;

  CREATE TEMP TABLE real_users AS
  SELECT user_id AS id, sum(messages) AS messages, min(first_at) AS first_at, max(last_at) AS last_at
  FROM real_user_channels
  GROUP BY 1;

  CREATE UNIQUE INDEX temp.real_minutes_key ON real_minutes (channel_id, minute);
  CREATE UNIQUE INDEX temp.real_user_channels_key ON real_user_channels (user_id, channel_id);
  CREATE UNIQUE INDEX temp.real_channels_key ON real_channels (id);
  CREATE UNIQUE INDEX temp.real_users_key ON real_users (id);`;

interface Counter {
  table: string;
  /** Selects wrong rows: `who`, the counter, and the real number. */
  wrong: string;
  nouns: [one: string, many: string];
  repair: string;
}

const COUNTERS: readonly Counter[] = [
  {
    table: "channels",
    wrong: `
      SELECT c.login AS who, c.messages AS counted, ifnull(r.messages, 0) AS real
      FROM channels AS c
      LEFT JOIN temp.real_channels AS r ON r.id = c.id
      WHERE c.messages <> ifnull(r.messages, 0)`,
    nouns: ["channel", "channels"],
    repair: `
      UPDATE channels AS c
      SET messages = r.messages, first_at = r.first_at, last_at = r.last_at
      FROM (
        SELECT c.id, ifnull(r.messages, 0) AS messages, r.first_at, r.last_at
        FROM channels AS c
        LEFT JOIN temp.real_channels AS r ON r.id = c.id
      ) AS r
      WHERE r.id = c.id AND c.messages <> r.messages`,
  },
  {
    table: "users",
    wrong: `
      SELECT u.login AS who, u.messages AS counted, ifnull(r.messages, 0) AS real
      FROM users AS u
      LEFT JOIN temp.real_users AS r ON r.id = u.id
      WHERE u.messages <> ifnull(r.messages, 0)`,
    nouns: ["user", "users"],
    // The first and last time of a user may be before the oldest message that is kept.
    repair: `
      UPDATE users AS u
      SET messages = r.messages, first_at = min(ifnull(u.first_at, r.first_at), r.first_at),
        last_at = max(ifnull(u.last_at, r.last_at), r.last_at)
      FROM temp.real_users AS r
      WHERE r.id = u.id AND u.messages <> r.messages;
      UPDATE users
      SET messages = 0
      WHERE messages <> 0 AND id NOT IN (SELECT id FROM temp.real_users)`,
  },
  {
    table: "user_channels",
    wrong: `
      SELECT coalesce(u.login, a.user_id, b.user_id) AS who, ifnull(a.messages, 0) AS counted,
        ifnull(b.messages, 0) AS real
      FROM user_channels AS a
      FULL JOIN temp.real_user_channels AS b ON b.user_id = a.user_id AND b.channel_id = a.channel_id
      LEFT JOIN users AS u ON u.id = coalesce(a.user_id, b.user_id)
      WHERE a.messages IS NOT b.messages`,
    nouns: ["user in a channel", "users in channels"],
    repair: `
      DELETE FROM user_channels
      WHERE (user_id, channel_id) NOT IN (SELECT user_id, channel_id FROM temp.real_user_channels);
      INSERT INTO user_channels (user_id, channel_id, messages, last_at)
      SELECT user_id, channel_id, messages, last_at
      FROM temp.real_user_channels
      WHERE true
      ON CONFLICT DO UPDATE SET messages = excluded.messages`,
  },
  {
    table: "channel_minutes",
    // Deleting a channel removes its minutes in larger steps than its messages.
    wrong: `
      SELECT strftime('%Y-%m-%d %H:%M', coalesce(a.minute, b.minute) * 60, 'unixepoch') AS who,
        ifnull(a.messages, 0) AS counted, ifnull(b.messages, 0) AS real
      FROM channel_minutes AS a
      FULL JOIN temp.real_minutes AS b ON b.channel_id = a.channel_id AND b.minute = a.minute
      LEFT JOIN channels AS c ON c.id = coalesce(a.channel_id, b.channel_id)
      WHERE a.messages IS NOT b.messages AND c.deleting IS NOT 1`,
    nouns: ["minute of a channel", "minutes of channels"],
    repair: `
      DELETE FROM channel_minutes
      WHERE (channel_id, minute) NOT IN (SELECT channel_id, minute FROM temp.real_minutes);
      INSERT INTO channel_minutes (channel_id, minute, messages)
      SELECT channel_id, minute, messages
      FROM temp.real_minutes
      WHERE true
      ON CONFLICT DO UPDATE SET messages = excluded.messages`,
  },
];

export function counterFaults(db: DatabaseSync): Fault[] {
  db.exec(COUNT);
  return COUNTERS.flatMap(({ table, wrong, nouns: [one, many], repair }) => {
    const { rows } = db.prepare(`SELECT count(*) AS rows FROM (${wrong})`).get()! as { rows: number };
    if (rows === 0) return [];
    const { who, counted, real } = db.prepare(`${wrong} LIMIT 1`).get()!;
    return [{
      sentence: `The counter of ${rows} ${rows === 1 ? one : many} is wrong, such as ${who}: ` +
        `${counted} instead of ${real}.`,
      repair: () => {
        db.exec(COUNT);
        inTransaction(db, () => db.exec(repair));
        return `The counters in ${table} were recounted.`;
      },
    }];
  });
}
