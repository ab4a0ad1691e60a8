/** Commits batches: the rows, how far the overflow file is stored, and every few seconds the counters. */
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

/** What became of a batch that was packed. */
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
  /** @throws AppError unavailable where the file at the archive's path is not the one that is open */
  check: () => void;
}

/**
 * Counters are written when they hold this many users of channels (4 MB), however long ago they last were. With 20,000 the
 * chat of 20,000 people took a third longer: each was written again after few of their messages.
 */
const MAX_COUNTERS = 50_000;
/** While messages come in they may be this old in the file; a crash loses none of them (they are counted again). */
const COUNTERS_MS = 3_000;
/** While messages come in, it is looked as often whether the file is still there. */
const LOOK_MS = 3_000;

export class BatchCommitter {
  readonly #db: DatabaseSync;
  readonly #parts: BatchCommitterParts;
  readonly #counters: Counters;
  readonly #sql;
  #countedAt = performance.now();
  #lookedAt = performance.now();

  constructor(db: DatabaseSync, parts: BatchCommitterParts) {
    this.#db = db;
    this.#parts = parts;
    this.#counters = new Counters(db);
    this.#sql = {
      overflowPosition: db.prepare("SELECT spool_name AS name, spool_upto AS upto FROM archive"),
      setOverflowPosition: db.prepare("UPDATE archive SET spool_name = ?, spool_upto = ?"),
    };
  }

  /** Counts what was committed but not counted when the last writer ended. */
  catchUp(): void {
    this.#counters.catchUp(() => this.flushCounters());
  }

  commit(
    batch: ColumnarBatch,
    announce: ReadonlySet<number>,
    overflowPosition?: OverflowPosition,
  ): Committed & { counted: readonly Counted[] } {
    const { transactions, appender, ids } = this.#parts;
    // Before, because what it throws must not be about a batch that is committed.
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_MS) {
      this.#parts.check();
      this.#lookedAt = now;
    }
    if (now - this.#countedAt > COUNTERS_MS || this.#counters.size > MAX_COUNTERS) this.flushCounters();
    const first = firstReceivedAt(batch);
    const isBehind = first !== undefined && ids.begin(first);
    if (isBehind) this.flushCounters();
    const committed = transactions.run(() => {
      if (overflowPosition) this.#sql.setOverflowPosition.run(overflowPosition.name, overflowPosition.upto);
      const appended = appender.append(batch, ids, announce);
      if (overflowPosition?.isInherited) this.#cover(appended.counted);
      if (isBehind) this.#count(appended.counted);
      return appended;
    });
    ids.given(committed.lastId);
    if (!isBehind) { for (const one of committed.counted) this.#counters.add(one); }
    return committed;
  }

  /** The last position that `commit` was given. */
  overflowPosition(): OverflowPosition | undefined {
    const { name, upto } = this.#sql.overflowPosition.get()! as unknown as {
      name: string | null;
      upto: number;
    };
    return name === null ? undefined : { name, upto };
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

  /** What an earlier run left in the overflow file was heard. By their ids, which may be a little later than the receipt. */
  #cover(rows: readonly Counted[]): void {
    const heard = rows.map(({ channelId, id }) => ({ channelId, at: receivedAt(id) }));
    this.#parts.coverage.evidence.cover(heard);
  }
}

function firstReceivedAt({ size, kinds, others, receivedAt }: ColumnarBatch): number | undefined {
  if (size === 0) return undefined;
  return kinds[0] === IRREGULAR ? others[0]!.receivedAt : receivedAt[0];
}

/** The events of a batch with the places that they got. */
export function appendResult(
  batch: readonly Received[],
  { announced, repeated, lastId }: Committed,
): AppendResult {
  const events = announced.map(({ index, ...place }) => ({ ...batch[index]!.event, ...place }));
  return { events, repeated, lastId };
}
