/**
 * Extends listening intervals to stored messages outside of them. Such messages exist if the program was killed before
 * it stored how long it had listened. Every method runs inside the caller's transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, receivedAt } from "../../../chat/ids.ts";

/** No run has received messages later than this after the last stored moment, which it stores twice a second. */
const REACH_MS = 60_000;
/** A program that was killed needs longer than this to start again and join: at least 400 ms on a fast machine. */
const TOGETHER_MS = 100;

const INTERVAL_UPTO = `
  SELECT id, ended_at, end_reason
  FROM listening
  WHERE channel_id = ? AND started_at <= ?
  ORDER BY started_at DESC, id DESC
  LIMIT 1`;

const NEXT_START = `
  SELECT min(started_at) AS at
  FROM listening
  WHERE channel_id = ? AND started_at > ?`;

const STARTS = `
  SELECT started_at AS at
  FROM listening
  WHERE channel_id = ? AND started_at > ? AND started_at <= ?
  ORDER BY started_at`;

const STORED = `
  SELECT channel_id, id
  FROM messages
  WHERE id >= ? AND id < ?
  ORDER BY id`;

const ADD = `
  INSERT INTO listening (channel_id, started_at, ended_at, end_reason)
  SELECT id, ?2, ?3, 'killed'
  FROM channels
  WHERE id = ?1`;

/** When a line of a channel was received, in epoch milliseconds. */
export interface Receipt {
  channelId: number;
  at: number;
}

interface Span {
  from: number;
  to: number;
}

export class ReceiptEvidence {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      upto: db.prepare(INTERVAL_UPTO),
      next: db.prepare(NEXT_START),
      starts: db.prepare(STARTS),
      stored: db.prepare(STORED),
      extend: db.prepare("UPDATE listening SET ended_at = ? WHERE id = ?"),
      add: db.prepare(ADD),
    };
  }

  /** Extends coverage to the messages that were stored after `known`, the last stored moment. */
  coverStored(known: number): void {
    const rows = this.#sql.stored.all(firstIdAt(known), firstIdAt(known + REACH_MS)) as unknown as {
      channel_id: number;
      id: number;
    }[];
    // One run stored all of them: every run closes the intervals of the run before.
    this.cover(rows.map(({ channel_id: channelId, id }) => ({ channelId, at: receivedAt(id) })), REACH_MS);
  }

  /**
   * Extends coverage to these receipts, which ascend by time within a channel. The time between two receipts is covered
   * if they are at most `togetherMs` apart; the default is shorter than a restart after a kill.
   */
  cover(receipts: Iterable<Receipt>, togetherMs = TOGETHER_MS): void {
    for (const [channelId, found] of Map.groupBy(receipts, (receipt) => receipt.channelId)) {
      for (const run of runs(found.map(({ at }) => at), togetherMs)) {
        for (const piece of this.#pieces(channelId, run)) this.#cover(channelId, piece, togetherMs);
      }
    }
  }

  /** The span, split at each start of an interval. */
  #pieces(channelId: number, { from, to }: Span): Span[] {
    const starts = this.#sql.starts.all(channelId, from, to).map(({ at }) => at as number);
    return [from, ...starts].map((start, i) => ({ from: start, to: starts[i] ?? to }));
  }

  /** Leaves out spans after messages were dropped because the disk was full: there, the stored messages prove nothing. */
  #cover(channelId: number, { from, to }: Span, togetherMs: number): void {
    const last = this.#sql.upto.get(channelId, from) as unknown as IntervalRow | undefined;
    if (last && (last.ended_at === null || last.ended_at >= to || last.end_reason === "storage")) return;
    if (last?.end_reason === "killed" && from - last.ended_at! <= togetherMs) {
      return void this.#sql.extend.run(to, last.id);
    }
    const start = Math.max(from, last?.ended_at ?? 0);
    // An interval of length 0 would only state a reason, so it gets at least 1 ms.
    const next = this.#sql.next.get(channelId, from)!.at as number | null;
    this.#sql.add.run(channelId, start, start < to ? to : Math.min(to + 1, next ?? Infinity));
  }
}

interface IntervalRow {
  id: number;
  ended_at: number | null;
  end_reason: string | null;
}

/** The spans of ascending times in which no two neighbours are further apart than `togetherMs`. */
export function runs(times: Iterable<number>, togetherMs: number): Span[] {
  const found: Span[] = [];
  for (const at of times) {
    const last = found.at(-1);
    if (last && at - last.to <= togetherMs) last.to = Math.max(last.to, at);
    else found.push({ from: at, to: at });
  }
  return found;
}
