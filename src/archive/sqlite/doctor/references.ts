/** Finds references to missing rows. `messages` has no foreign keys, so that writing is fast. */
import type { DatabaseSync } from "node:sqlite";
import type { Fault } from "./fault.ts";
import { isReference, MONTH_IDS, referred } from "../codec/repeated_texts.ts";
import { TICKS } from "../../../chat/ids.ts";

interface Reference {
  /** Selects the missing rows, each once. */
  missing: string;
  /** The fault, after the number of rows. */
  about: [one: string, many: string];
  /** The statement that repairs it. */
  repair: string;
  done: string;
}

const LACKS_TEXT = `${isReference("m")} AND ${referred("m", "1")} IS NULL`;
/** Texts of a month that has no messages. While a month has messages, texts of deleted ones may stay. */
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
    done: "Missing channels were created again, as lost~NUMBER.",
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
    about: ["tag template of messages is missing", "tag templates of messages are missing"],
    // Only the template had the kind of event. Template 0 makes it a message.
    repair: `
      UPDATE messages
      SET shape_id = 0, tag_values = NULL
      WHERE shape_id NOT IN (SELECT id FROM shapes)`,
    done: "Messages of missing templates stay, without their tags.",
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
    done: "Texts without messages were deleted.",
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
    done: "Missing users were created again from their names.",
  },
  {
    missing: `
      SELECT message_id AS id
      FROM removals
      WHERE message_id NOT IN (SELECT id FROM messages) OR removed_by NOT IN (SELECT id FROM messages)`,
    about: [
      "removal belongs to a missing message",
      "removals belong to missing messages",
    ],
    repair: `
      DELETE FROM removals
      WHERE message_id NOT IN (SELECT id FROM messages) OR removed_by NOT IN (SELECT id FROM messages)`,
    done: "Removals without messages were deleted.",
  },
  {
    missing: `
      SELECT removed_by AS id
      FROM pending_removals
      WHERE removed_by NOT IN (SELECT id FROM messages)`,
    about: [
      "pending removal belongs to a missing event",
      "pending removals belong to missing events",
    ],
    repair: `
      DELETE FROM pending_removals
      WHERE removed_by NOT IN (SELECT id FROM messages)`,
    done: "Pending removals without an event were deleted.",
  },
  {
    missing: `
      SELECT message_id AS id
      FROM filled_messages
      WHERE message_id NOT IN (SELECT id FROM messages) OR fill_id NOT IN (SELECT id FROM fills)`,
    about: ["mark of a filled message is invalid", "marks of filled messages are invalid"],
    repair: `
      DELETE FROM filled_messages
      WHERE message_id NOT IN (SELECT id FROM messages) OR fill_id NOT IN (SELECT id FROM fills)`,
    done: "Invalid marks of filled messages were deleted.",
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
