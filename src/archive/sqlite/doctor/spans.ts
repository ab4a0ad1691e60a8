/** Corrects values that are derived from times of messages, if they are in the future or messages were moved. */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import { MONTH_IDS } from "../codec/repeated_texts.ts";
import { WRITTEN_CODES } from "../codec/event_row.ts";

/** Finds times after `limit` in a table, and corrects them once no message is after it. */
const REPAIRS: readonly [ahead: (limit: number) => string, repair: (limit: number) => string][] = [
  [
    (limit) => `SELECT 1 FROM channels WHERE first_at > ${limit} OR last_at > ${limit}`,
    () => `
      UPDATE channels AS c
      SET first_at = r.first_at, last_at = r.last_at
      FROM (
        SELECT channel_id, min(id) / ${TICKS} AS first_at, max(id) / ${TICKS} AS last_at
        FROM messages
        GROUP BY channel_id
      ) AS r
      WHERE r.channel_id = c.id`,
  ],
  [
    (limit) => `SELECT 1 FROM channels WHERE created_at > ${limit}`,
    (limit) => `
      UPDATE channels
      SET created_at = min(created_at, ifnull(first_at, ${limit}), ${limit});
      UPDATE channel_logins
      SET until_at = ${limit}
      WHERE until_at > ${limit}`,
  ],
  [
    (limit) =>
      `SELECT 1 FROM users WHERE last_at > ${limit} UNION ALL SELECT 1 FROM user_channels WHERE last_at > ${limit}`,
    (limit) => `
      DROP TABLE IF EXISTS temp.seen;
      CREATE TEMP TABLE seen AS
      SELECT a.user_id, m.channel_id, a.login, min(m.id) / ${TICKS} AS first_at, max(m.id) / ${TICKS} AS last_at,
        max(iif(s.kind IN (${WRITTEN_CODES}), m.id, 0)) / ${TICKS} AS wrote_at,
        min(iif(s.kind IN (${WRITTEN_CODES}), m.id, NULL)) / ${TICKS} AS wrote_first
      FROM messages AS m
      JOIN shapes AS s ON s.id = m.shape_id
      JOIN authors AS a ON a.id = m.author_id
      GROUP BY 1, 2, 3;
      CREATE INDEX temp.seen_by_user ON seen (user_id, channel_id);

      UPDATE users AS u
      SET last_at = ifnull((SELECT max(wrote_at) FROM temp.seen AS s WHERE s.user_id = u.id), ${limit}),
        first_at = min(first_at, ifnull((SELECT min(wrote_first) FROM temp.seen AS s WHERE s.user_id = u.id), ${limit}))
      WHERE last_at > ${limit} OR first_at > ${limit};

      UPDATE user_channels AS u
      SET last_at = ifnull((
        SELECT max(wrote_at)
        FROM temp.seen AS s
        WHERE s.user_id = u.user_id AND s.channel_id = u.channel_id
      ), ${limit})
      WHERE last_at > ${limit};

      UPDATE user_names AS n
      SET first_at = min(first_at, ifnull((
          SELECT min(s.first_at) FROM temp.seen AS s WHERE s.user_id = n.user_id AND s.login = n.login
        ), ${limit})),
        last_at = min(last_at, ifnull((
          SELECT max(s.last_at) FROM temp.seen AS s WHERE s.user_id = n.user_id AND s.login = n.login
        ), ${limit}))
      WHERE first_at > ${limit} OR last_at > ${limit};
      DROP TABLE temp.seen`,
  ],
  [
    (limit) => `SELECT 1 FROM user_names WHERE first_at > ${limit} OR last_at > ${limit}`,
    (limit) => `
      UPDATE user_names
      SET first_at = min(first_at, ${limit}), last_at = min(last_at, ${limit})`,
  ],
  [
    (limit) => `SELECT 1 FROM texts WHERE month > ${Math.ceil(limit * TICKS / MONTH_IDS)}`,
    (limit) => `DELETE FROM texts WHERE month > ${Math.ceil(limit * TICKS / MONTH_IDS)}`,
  ],
  [
    (limit) => `SELECT 1 FROM quarantine WHERE at > ${limit}`,
    (limit) => `
      UPDATE quarantine
      SET at = min(${limit}, ifnull(event ->> '$.sentAt', ${limit}))
      WHERE at > ${limit}`,
  ],
  [
    (limit) => `SELECT 1 FROM listening WHERE started_at > ${limit} OR ended_at > ${limit}`,
    // The caller corrects this by the messages.
    () => "SELECT 1",
  ],
  [
    (limit) => `SELECT 1 FROM fills WHERE to_at > ${limit}`,
    () => "SELECT 1",
  ],
  [
    (limit) => `SELECT 1 FROM archive WHERE listening_at > ${limit}`,
    (limit) => `UPDATE archive SET listening_at = ${limit}`,
  ],
  [
    // Moved messages are counted, and none is after `limit`.
    () => "SELECT 1 WHERE false",
    () => "UPDATE archive SET counters_upto = (SELECT ifnull(max(id), -1) FROM messages)",
  ],
];

/**
 * The statements that correct times after `limit` (epoch milliseconds).
 * @param channels if messages of some channels were moved: returns all statements
 */
export function spanRepairs(db: DatabaseSync, limit: number, channels?: ReadonlySet<number>): string[] {
  return REPAIRS.flatMap(([ahead, repair]) => {
    const isAhead = channels && channels.size > 0 ||
      db.prepare(`${ahead(limit)} LIMIT 1`).get() !== undefined;
    return isAhead ? [repair(limit)] : [];
  });
}
