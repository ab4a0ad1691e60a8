/** Commits batches: rows, the position in the overflow file, and every few seconds the counters. */
import type { DatabaseSync } from "node:sqlite";
import type { AppendResult, OverflowPosition } from "../writer.ts";
import type { Received } from "../../chat/events.ts";
import { receivedAt } from "../../chat/ids.ts";
import type { CoverageRowWriter } from "./coverage/coverage_writer.ts";
import type { Appender } from "./messages/append.ts";
import type { Announced } from "./messages/appended.ts";
import { type ColumnarBatch, IRREGULAR } from "./messages/batch.ts";
import { type Counted, Counters } from "./messages/counters.ts";
import type { IdClock } from "./messages/id_clock.ts";
import type { Transactions } from "./transactions.ts";

/** The result of a committed columnar batch. */
export interface Committed {
  announced: Announced[];
  repeated: number;
  lastId: number;
}

export interface BatchCommitterParts {
  transactions: Transactions;
  appender: Appender;
  ids: IdClock;
  coverage: CoverageRowWriter;
  /** @throws AppError unavailable if the file at the archive's path is not the open one */
  check: () => void;
}

/**
 * Counters are written when they have this many users of channels (4 MB). With a limit of 20,000, storing the chat of
 * 20,000 people took a third longer, because each user was written again after a few messages.
 */
const MAX_COUNTERS = 50_000;
/** While messages arrive, counters are written this often. A crash loses none: the messages are counted again. */
const COUNTERS_MS = 3_000;
/** While messages arrive, the file's presence is checked this often. */
const CHECK_MS = 3_000;

export class BatchCommitter {
  readonly #db: DatabaseSync;
  readonly #parts: BatchCommitterParts;
  readonly #counters: Counters;
  readonly #sql;
  #countedAt = performance.now();
  #checkedAt = performance.now();

  constructor(db: DatabaseSync, parts: BatchCommitterParts) {
    this.#db = db;
    this.#parts = parts;
    this.#counters = new Counters(db);
    this.#sql = {
      overflowPosition: db.prepare("SELECT spool_name AS name, spool_upto AS offset FROM archive"),
      setOverflowPosition: db.prepare("UPDATE archive SET spool_name = ?, spool_upto = ?"),
    };
  }

  /** Counts messages that the last writer committed but did not count. */
  catchUp(): void {
    this.#counters.catchUp(() => this.flushCounters());
  }

  commit(
    batch: ColumnarBatch,
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): Committed & { counted: readonly Counted[] } {
    const { transactions, appender, ids } = this.#parts;
    // Check and flush before the batch, because after its commit nothing may be thrown.
    const now = performance.now();
    if (now - this.#checkedAt > CHECK_MS) {
      this.#parts.check();
      this.#checkedAt = now;
    }
    if (now - this.#countedAt > COUNTERS_MS || this.#counters.size > MAX_COUNTERS) this.flushCounters();
    const first = firstReceivedAt(batch);
    const isBehind = first !== undefined && ids.begin(first);
    if (isBehind) this.flushCounters();
    const committed = transactions.run(() => {
      if (overflowPosition) this.#sql.setOverflowPosition.run(overflowPosition.name, overflowPosition.offset);
      const appended = appender.append(batch, ids, announce);
      if (overflowPosition?.isInherited) this.#cover(appended.counted);
      if (isBehind) this.#count(appended.counted);
      return appended;
    });
    ids.assigned(committed.lastId);
    if (!isBehind) { for (const one of committed.counted) this.#counters.add(one); }
    return committed;
  }

  /** The last position that `commit` stored. */
  overflowPosition(): OverflowPosition | undefined {
    const { name, offset } = this.#sql.overflowPosition.get()! as unknown as {
      name: string | null;
      offset: number;
    };
    return name === null ? undefined : { name, offset };
  }

  flushCounters(): void {
    this.#countedAt = performance.now();
    this.#parts.transactions.run(() => this.#counters.write());
    this.#counters.clear();
  }

  /** Writes the counters at once, because `counters_upto` is above these rows. */
  #count(counted: readonly Counted[]): void {
    const counters = new Counters(this.#db);
    for (const one of counted) counters.add(one);
    counters.write();
  }

  /** Extends coverage to rows that an earlier run left in the overflow file, by the times of their ids. */
  #cover(rows: readonly Counted[]): void {
    const receipts = rows.map(({ channelId, id }) => ({ channelId, at: receivedAt(id) }));
    this.#parts.coverage.evidence.cover(receipts);
  }
}

function firstReceivedAt({ size, kinds, others, receivedAt }: ColumnarBatch): number | undefined {
  if (size === 0) return undefined;
  return kinds[0] === IRREGULAR ? others[0]!.receivedAt : receivedAt[0];
}

/** The result of a batch: its announced events with their ids. */
export function appendResult(
  batch: readonly Received[],
  { announced, repeated, lastId }: Committed,
): AppendResult {
  const events = announced.map(({ index, ...place }) => ({ ...batch[index]!.event, ...place }));
  return { events, repeated, lastId };
}
