/**
 * Changes the ids of messages, and so their time of receipt, with their index entries, removals and fills. Does not update
 * values that are derived from many messages (see `spans.ts`). Runs inside the caller's transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { receivedAt } from "../../../chat/ids.ts";
import { termsOfMessages } from "./terms.ts";
import { LazyStatement } from "../fts5/health.ts";
import { isReference, MONTH_IDS, textOf } from "../codec/repeated_texts.ts";
import { MINUTE_MS } from "../../../clock.ts";
import { HourChanges, HourCounts } from "../statistics/hour_counts.ts";
import { KINDS, WRITTEN } from "../../../chat/events.ts";

export interface Move {
  id: number;
  /** The new id, which must be free. */
  to: number;
}

const ROW = `
  SELECT m.channel_id, s.kind, a.user_id, ${isReference("m")} AS is_reference, ${textOf("m")} AS text
  FROM messages AS m
  JOIN shapes AS s ON s.id = m.shape_id
  LEFT JOIN authors AS a ON a.id = m.author_id
  WHERE m.id = ?`;

interface Row {
  channel_id: number;
  kind: number;
  user_id: number | null;
  is_reference: number;
  text: string;
}

export class Mover {
  readonly #termsOf: (id: number) => string;
  readonly #hours: HourCounts;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#termsOf = termsOfMessages(db);
    this.#hours = new HourCounts(db);
    this.#sql = {
      removers: db.prepare("SELECT DISTINCT removed_by AS id FROM removals"),
      row: db.prepare(ROW),
      move: db.prepare("UPDATE messages SET id = ?1, sent = sent + ?2 WHERE id = ?3"),
      setText: db.prepare("UPDATE messages SET text = ? WHERE id = ?"),
      unindex: new LazyStatement(
        db,
        "INSERT INTO messages_index (messages_index, rowid, terms) VALUES ('delete', ?, ?)",
      ),
      index: new LazyStatement(db, "INSERT INTO messages_index (rowid, terms) VALUES (?, ?)"),
      removed: db.prepare("UPDATE removals SET message_id = ? WHERE message_id = ?"),
      remover: db.prepare("UPDATE removals SET removed_by = ?1 WHERE removed_by = ?2"),
      filled: db.prepare("UPDATE filled_messages SET message_id = ? WHERE message_id = ?"),
      state: db.prepare("UPDATE channel_states SET message_id = ? WHERE channel_id = ? AND message_id = ?"),
      pending: db.prepare("UPDATE pending_removals SET removed_by = ? WHERE removed_by = ?"),
      uncount: db.prepare(
        "UPDATE channel_minutes SET messages = messages - 1 WHERE channel_id = ? AND minute = ?",
      ),
      silent: db.prepare("DELETE FROM channel_minutes WHERE messages <= 0"),
      count: db.prepare(`
        INSERT INTO channel_minutes (channel_id, minute, messages)
        VALUES (?, ?, 1)
        ON CONFLICT DO UPDATE SET messages = messages + 1`),
    };
  }

  /**
   * @param moves by ascending `id` and `to`, of counted rows
   * @param isIndexed false if the index cannot be used
   */
  move(moves: readonly Move[], isIndexed: boolean): void {
    const terms = isIndexed ? moves.map(({ id }) => this.#termsOf(id)) : [];
    // Remove all rows from the index, then add all: FTS5 writes its buffer whenever an id is below the one before.
    for (const [i, { id }] of moves.entries()) if (isIndexed) this.#sql.unindex.statement.run(id, terms[i]!);
    const hasRemovals = this.#hasRemovals();
    const hours = new HourChanges();
    const { countedFrom } = this.#hours;
    for (const { id, to } of moves) {
      const row = this.#sql.row.get(id) as unknown as Row;
      const isOtherMonth = Math.floor(id / MONTH_IDS) !== Math.floor(to / MONTH_IDS);
      if (row.is_reference && isOtherMonth) this.#sql.setText.run(row.text, id);
      this.#sql.move.run(to, receivedAt(to) - receivedAt(id), id);
      this.#sql.removed.run(to, id);
      // No index finds the removals by an event, so skip events without any.
      if (hasRemovals.has(id)) this.#sql.remover.run(to, id);
      this.#sql.filled.run(to, id);
      this.#sql.state.run(to, row.channel_id, id);
      this.#sql.pending.run(to, id);
      this.#sql.uncount.run(row.channel_id, Math.floor(receivedAt(id) / MINUTE_MS));
      this.#sql.count.run(row.channel_id, Math.floor(receivedAt(to) / MINUTE_MS));
      if (row.user_id === null || !WRITTEN.has(KINDS[row.kind]!)) continue;
      if (id >= countedFrom) hours.add(row.channel_id, row.user_id, id, -1);
      if (to >= countedFrom) hours.add(row.channel_id, row.user_id, to, 1);
    }
    this.#sql.silent.run();
    hours.write(this.#hours);
    for (const [i, { to }] of moves.entries()) if (isIndexed) this.#sql.index.statement.run(to, terms[i]!);
  }

  #hasRemovals(): Set<number> {
    return new Set(this.#sql.removers.all().map(({ id }) => id as number));
  }
}
