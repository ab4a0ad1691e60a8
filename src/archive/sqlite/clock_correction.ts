/** Corrects what was stored with a wrong clock, once the time is certain (docs/time.md). */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, MAX_AHEAD_MS, TICKS } from "../../chat/ids.ts";
import type { CoverageRowWriter } from "./coverage/coverage_writer.ts";
import { Mover } from "./doctor/mover.ts";
import type { WriterIndexes } from "./fts5/writer_indexes.ts";
import type { IdClock } from "./messages/id_clock.ts";
import type { Transactions } from "./transactions.ts";

export interface ClockCorrectionParts {
  transactions: Transactions;
  indexes: WriterIndexes;
  ids: IdClock;
  coverage: CoverageRowWriter;
  flushCounters: () => void;
}

/** Maximum number of events without a time of their own that are moved by a correction. */
const MAX_SHIFTED = 10_000;
/** Tolerance for the end of the rows that were stored with a wrong clock, milliseconds. */
const SLACK_MS = 1_000;
/** Sets the first and last time of channels by their counters, which are exact to the minute. */
const CHANNEL_SPANS = `
  UPDATE channels AS c
  SET first_at = min(ifnull(m.first, first_at), first_at), last_at = m.last
  FROM (
    SELECT channel_id, min(minute) * 60000 AS first, max(minute) * 60000 AS last
    FROM channel_minutes
    GROUP BY channel_id
  ) AS m
  WHERE m.channel_id = c.id AND (c.last_at >= m.last + 60000 OR c.first_at < m.first)`;

export class ClockCorrection {
  readonly #db: DatabaseSync;
  readonly #parts: ClockCorrectionParts;
  readonly #sql;
  /** Ids that this run assigned before the time was certain; undefined once it is. */
  #doubted: number[] | undefined = [];
  #mover: Mover | undefined;

  constructor(db: DatabaseSync, parts: ClockCorrectionParts) {
    this.#db = db;
    this.#parts = parts;
    this.#sql = {
      ahead: db.prepare("SELECT count(*) AS messages FROM messages WHERE id >= ?"),
      isUntimed: db.prepare("SELECT 1 FROM messages WHERE id = ? AND sent IS NULL"),
      createdAhead: db.prepare("UPDATE channels SET created_at = ?1 WHERE created_at > ?1"),
      taken: db.prepare("SELECT 1 FROM messages WHERE id = ?"),
      countedUpto: db.prepare(
        "UPDATE archive SET counters_upto = (SELECT ifnull(max(id), -1) FROM messages)",
      ),
      channelSpans: db.prepare(CHANNEL_SPANS),
    };
  }

  /** Remembers stored rows while the time is uncertain. */
  stored(rows: readonly { id: number }[]): void {
    if (this.#doubted && this.#doubted.length < MAX_SHIFTED) this.#doubted.push(...rows.map(({ id }) => id));
  }

  /** See `ArchiveWriter.correctClock`. */
  correctClock(now: number, shiftMs: number): { ahead: number; changed: boolean } {
    const { ids, transactions, coverage } = this.#parts;
    const limit = now + MAX_AHEAD_MS;
    ids.certain();
    if (this.#doubted && Math.abs(shiftMs) > SLACK_MS) this.#shift(this.#doubted, now, shiftMs);
    this.#doubted = undefined;
    const changed = transactions.run(() => {
      this.#sql.createdAhead.run(limit);
      return coverage.cutAhead(limit);
    });
    const { messages } = this.#sql.ahead.get(firstIdAt(limit)) as { messages: number };
    return { ahead: messages, changed };
  }

  /** Moves events that this run stored with a wrong clock and that have no time of their own, mostly ROOMSTATEs. */
  #shift(doubted: readonly number[], now: number, shiftMs: number): void {
    const { flushCounters, transactions, indexes, ids } = this.#parts;
    flushCounters();
    const before = firstIdAt(now + SLACK_MS - shiftMs);
    transactions.run(() => {
      const wrong = doubted.filter((id) =>
        (shiftMs < 0 ? id >= firstIdAt(now + SLACK_MS) : id < before) && this.#sql.isUntimed.get(id)
      );
      if (wrong.length === 0) return;
      let last = -1;
      const moves = wrong.map((id) => {
        let to = Math.max(last + 1, id + shiftMs * TICKS);
        while (this.#sql.taken.get(to)) to++;
        return { id, to: last = to };
      });
      (this.#mover ??= new Mover(this.#db)).move(moves, indexes.isUsable("messages_index"));
      this.#sql.countedUpto.run();
      this.#sql.channelSpans.run();
    });
    ids.reload({ isVoid: true });
  }
}
