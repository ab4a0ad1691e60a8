/** Turns an archive into one of the version before, whose index has no facts and other words. */
import { DatabaseSync } from "node:sqlite";
import { Emotes } from "../../../src/archive/sqlite/codec/emotes.ts";
import {
  EVENT_COLUMNS,
  EVENT_JOINS,
  eventOf,
  type EventRow,
} from "../../../src/archive/sqlite/codec/event_row.ts";
import { formerTermsOf } from "../../../src/archive/sqlite/upgrade/former_terms.ts";

/** Replaces the terms of every message. No writer may be open. */
export function makeFormer(path: string): void {
  using db = new DatabaseSync(path);
  const emotes = new Emotes(db);
  const rows = db.prepare(`SELECT ${EVENT_COLUMNS} FROM messages AS m${EVENT_JOINS} ORDER BY m.id`).all();
  const insert = db.prepare("INSERT INTO messages_index (rowid, terms) VALUES (?, ?)");
  db.exec("BEGIN; INSERT INTO messages_index (messages_index) VALUES ('delete-all')");
  for (const row of rows as unknown as EventRow[]) insert.run(row.id, formerTermsOf(eventOf(row, emotes)));
  db.exec("UPDATE archive SET terms_from = (SELECT max(id) + 1 FROM messages); COMMIT");
}
