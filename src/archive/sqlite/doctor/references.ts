/** Whether every row that another one names is there. `messages` has no foreign keys, so that writing is fast. */
import type { DatabaseSync } from "node:sqlite";
import type { Fault } from "./fault.ts";
import { isReference, MONTH_IDS, referred } from "../codec/repeated_texts.ts";
import { TICKS } from "../../../chat/ids.ts";

interface Reference {
  /** What is named but missing, each once. */
  missing: string;
  /** What is wrong, after the number of rows. */
  about: [one: string, many: string];
  /** What puts it right. */
  repair: string;
  done: string;
}

const LACKS_TEXT = `${isReference("m")} AND ${referred("m", "1")} IS NULL`;
/** Where messages of a month are left, what others of it said may be there still. */
const OF_NO_MESSAGE = `(channel_id, month) NOT IN (SELECT channel_id, id / ${MONTH_IDS} FROM messages)`;

const REFERENCES: readonly Reference[] = [
  {
    missing: `
      SELECT DISTINCT channel_id AS id
      FROM messages
      WHERE channel_id NOT IN (SELECT id FROM channels)`,
    about: ["channel of messages is missing", "channels of messages are missing"],
    repair: `
      INSERT INTO channels (id, login, enabled, created_at)
      SELECT channel_id, 'lost~' || channel_id, 0, min(id) / ${TICKS}
      FROM messages
      WHERE channel_id NOT IN (SELECT id FROM channels)
      GROUP BY channel_id`,
    done: "Missing channels were made again, as lost~NUMBER.",
  },
  {
    missing: `
      SELECT DISTINCT author_id AS id
      FROM messages
      WHERE author_id IS NOT NULL AND author_id NOT IN (SELECT id FROM authors)`,
    about: ["author of messages is missing", "authors of messages are missing"],
    repair: `
      UPDATE messages
      SET author_id = NULL
      WHERE author_id IS NOT NULL AND author_id NOT IN (SELECT id FROM authors)`,
    done: "Messages of missing authors stay, without an author.",
  },
  {
    missing: `
      SELECT DISTINCT shape_id AS id
      FROM messages
      WHERE shape_id NOT IN (SELECT id FROM shapes)`,
    about: ["shape of messages' tags is missing", "shapes of messages' tags are missing"],
    // The kind of event was known by the shape alone; that there is a text makes it a message.
    repair: `
      UPDATE messages
      SET shape_id = 0, tag_values = NULL
      WHERE shape_id NOT IN (SELECT id FROM shapes)`,
    done: "Messages of missing shapes stay, without their tags.",
  },
  {
    missing: `
      SELECT DISTINCT channel_id, id / ${MONTH_IDS}, text
      FROM messages AS m
      WHERE ${LACKS_TEXT}`,
    about: ["text of messages is missing", "texts of messages are missing"],
    repair: `
      UPDATE messages AS m
      SET text = ''
      WHERE ${LACKS_TEXT}`,
    done: "Messages of missing texts stay, without a text.",
  },
  {
    missing: `
      SELECT n
      FROM texts
      WHERE ${OF_NO_MESSAGE}`,
    about: [
      "text belongs to a channel's month without messages",
      "texts belong to months of channels without messages",
    ],
    repair: `
      DELETE FROM texts
      WHERE ${OF_NO_MESSAGE}`,
    done: "Texts without messages were dropped.",
  },
  {
    missing: `
      SELECT DISTINCT user_id AS id
      FROM (SELECT user_id FROM authors UNION SELECT user_id FROM user_names)
      WHERE user_id NOT IN (SELECT id FROM users)`,
    about: ["user is missing", "users are missing"],
    repair: `
      INSERT INTO users (id, login, display_name)
      SELECT user_id, login, ifnull(max(display_name), login)
      FROM (
        SELECT user_id, login, nullif(display_name, '') AS display_name FROM authors
        UNION ALL
        SELECT user_id, login, NULL FROM user_names
      )
      WHERE user_id NOT IN (SELECT id FROM users)
      GROUP BY user_id`,
    done: "Missing users were made again from what they looked like.",
  },
  {
    missing: `
      SELECT message_id AS id
      FROM removals
      WHERE message_id NOT IN (SELECT id FROM messages) OR removed_by NOT IN (SELECT id FROM messages)`,
    about: [
      "removal belongs to a message that is not there",
      "removals belong to messages that are not there",
    ],
    repair: `
      DELETE FROM removals
      WHERE message_id NOT IN (SELECT id FROM messages) OR removed_by NOT IN (SELECT id FROM messages)`,
    done: "Removals without messages were dropped.",
  },
  {
    missing: `
      SELECT removed_by AS id
      FROM pending_removals
      WHERE removed_by NOT IN (SELECT id FROM messages)`,
    about: [
      "removal that is still under way belongs to an event that is not there",
      "removals that are still under way belong to events that are not there",
    ],
    repair: `
      DELETE FROM pending_removals
      WHERE removed_by NOT IN (SELECT id FROM messages)`,
    done: "Removals under way without an event were dropped.",
  },
  {
    missing: `
      SELECT message_id AS id
      FROM filled_messages
      WHERE message_id NOT IN (SELECT id FROM messages) OR fill_id NOT IN (SELECT id FROM fills)`,
    about: ["mark of a filled message leads nowhere", "marks of filled messages lead nowhere"],
    repair: `
      DELETE FROM filled_messages
      WHERE message_id NOT IN (SELECT id FROM messages) OR fill_id NOT IN (SELECT id FROM fills)`,
    done: "Marks of filled messages that led nowhere were dropped.",
  },
];

export function referenceFaults(db: DatabaseSync): Fault[] {
  return REFERENCES.flatMap(({ missing, about: [one, many], repair, done }) => {
    const { rows } = db.prepare(`SELECT count(*) AS rows FROM (${missing})`).get()! as { rows: number };
    if (rows === 0) return [];
    return [{
      sentence: rows === 1 ? `1 ${one}.` : `${rows} ${many}.`,
      repair: () => {
        db.exec(repair);
        return done;
      },
    }];
  });
}
