/** Counts the messages of an archive of an earlier version by hour, newest first, a few thousand at a time. */
import type { DatabaseSync } from "node:sqlite";
import { KINDS, WRITTEN } from "../../../chat/events.ts";
import { HourChanges, HourCounts } from "./hour_counts.ts";

const NEWEST_BEFORE = `
  SELECT m.id, m.channel_id, s.kind, a.user_id
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  WHERE m.id < ?
  ORDER BY m.id DESC
  LIMIT ?`;

interface Row {
  id: number;
  channel_id: number;
  kind: number;
  user_id: number | null;
}

export class HourUpgrade {
  readonly #hours: HourCounts;
  readonly #newestBefore;
  #isDone = false;

  constructor(db: DatabaseSync) {
    this.#hours = new HourCounts(db);
    this.#newestBefore = db.prepare(NEWEST_BEFORE);
  }

  /** Counts at most `rows` messages, inside the caller's transaction. True while there are more. */
  step(rows: number): boolean {
    if (this.#isDone) return false;
    const from = this.#hours.countedFrom;
    if (from === 0) {
      this.#isDone = true;
      return false;
    }
    const newest = this.#newestBefore.all(from, rows) as unknown as Row[];
    const changes = new HourChanges();
    for (const { id, channel_id, kind, user_id } of newest) {
      if (user_id !== null && WRITTEN.has(KINDS[kind]!)) changes.add(channel_id, user_id, id, 1);
    }
    changes.write(this.#hours);
    this.#hours.countedFrom = newest.length < rows ? 0 : newest.at(-1)!.id;
    return newest.length === rows;
  }

  /** Call it after a rollback. */
  forget(): void {
    this.#isDone = false;
  }
}
