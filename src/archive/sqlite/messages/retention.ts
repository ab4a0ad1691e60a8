/**
 * Retention: deletes the oldest messages of a channel, a few in each step. Every method runs inside the caller's
 * transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";
import type { ChangeOutcome } from "../../change.ts";
import type { Retention } from "../../maintenance.ts";
import type { Deletion } from "./deletion.ts";
import { LazyStatement } from "../fts5/health.ts";
import { matchExpression } from "../search/terms.ts";
import { DAY_MS } from "../../../clock.ts";

const RULES = `
  SELECT r.channel_id, r.days, r.messages AS most, c.messages, c.first_at, a.counters_upto
  FROM retention AS r
  JOIN channels AS c ON c.id = r.channel_id
  CROSS JOIN archive AS a
  WHERE c.deleting = 0 AND c.first_at IS NOT NULL
  ORDER BY r.channel_id`;

const NEXT_OLDEST = `
  SELECT rowid AS id
  FROM messages_index
  WHERE messages_index MATCH ? AND rowid >= ?
  ORDER BY rowid
  LIMIT 1`;

interface Rule {
  channel_id: number;
  days: number | null;
  /** The limit, and the present number. */
  most: number | null;
  messages: number;
  first_at: number;
  counters_upto: number;
}

export class Retentions {
  readonly #deletion: Deletion;
  readonly #sql;

  constructor(db: DatabaseSync, deletion: Deletion) {
    this.#deletion = deletion;
    this.#sql = {
      set: db.prepare(`
        INSERT OR REPLACE INTO retention (channel_id, days, messages)
        SELECT id, ?, ?
        FROM channels
        WHERE id = ?`),
      unset: db.prepare("DELETE FROM retention WHERE channel_id = ?"),
      rules: db.prepare(RULES),
      oldest: new LazyStatement(db, NEXT_OLDEST),
      setFirst: db.prepare("UPDATE channels SET first_at = ? WHERE id = ?"),
    };
  }

  set(channelId: number, { days, messages }: Retention): ChangeOutcome {
    if (days === undefined && messages === undefined) this.#sql.unset.run(channelId);
    else this.#sql.set.run(days ?? null, messages ?? null, channelId);
    return "done";
  }

  /** Deletes at most `rows` messages. True if there may be more to delete. */
  step(rows: number, now: number): boolean {
    for (const rule of this.#sql.rules.all() as unknown as Rule[]) {
      const { channel_id: channelId, first_at } = rule;
      const due = dueOf(rule, rows, now);
      if (!due) continue;
      // The index is read from the channel's first message on: before it are the tombstones of deleted messages.
      const from = firstIdAt(first_at);
      const { last } = this.#deletion.oldest({ channelId }, due.rows, { from, before: due.before });
      const next = this.#sql.oldest.statement.get(
        matchExpression({ channelId }),
        BigInt(last === undefined ? from : last + 1),
      );
      this.#deletion.release(channelId, next?.id as number | undefined);
      this.#sql.setFirst.run(next ? receivedAt(next.id as number) : null, channelId);
      return true;
    }
    return false;
  }
}

/** How many of the channel's oldest messages are due, and below which id. Messages that are not counted yet wait. */
function dueOf(rule: Rule, rows: number, now: number): { rows: number; before: number } | undefined {
  const counted = rule.counters_upto + 1;
  const tooOld = rule.days === null ? 0 : firstIdAt(now - rule.days * DAY_MS);
  const oldest = firstIdAt(rule.first_at);
  if (oldest < Math.min(tooOld, counted)) return { rows, before: Math.min(tooOld, counted) };
  const tooMany = rule.most === null ? 0 : rule.messages - rule.most;
  if (tooMany > 0 && oldest < counted) return { rows: Math.min(rows, tooMany), before: counted };
  return undefined;
}
