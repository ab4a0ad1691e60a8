/** Inserts messages at their time in the past: from a history service or the quarantine. */
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../../chat/errors.ts";
import type { FilledEvent, FillResult, NewFill } from "../coverage.ts";
import type { Fills, RemovedMessage } from "./coverage/fills.ts";
import type { WriterIndexes } from "./fts5/writer_indexes.ts";
import type { Appender } from "./messages/append.ts";
import { Counters } from "./messages/counters.ts";
import type { IdClock } from "./messages/id_clock.ts";
import type { Quarantine } from "./messages/quarantine.ts";
import type { Transactions } from "./transactions.ts";

export interface PastMessagesParts {
  transactions: Transactions;
  indexes: WriterIndexes;
  appender: Appender;
  fills: Fills;
  quarantine: Quarantine;
  ids: IdClock;
  flushCounters: () => void;
}

/** Writes counters at once: `counters_upto` means that every row up to that id is counted, and these rows are below it. */
export class PastMessages {
  readonly #db: DatabaseSync;
  readonly #parts: PastMessagesParts;

  constructor(db: DatabaseSync, parts: PastMessagesParts) {
    this.#db = db;
    this.#parts = parts;
  }

  /** See `CoverageWriter.fill`. */
  fill(fill: NewFill, events: readonly FilledEvent[]): FillResult {
    const { flushCounters, transactions, fills, appender, ids } = this.#parts;
    flushCounters();
    return transactions.run(() => {
      this.#requireIndex("Missed messages cannot be filled in");
      const counters = new Counters(this.#db);
      const unknown = fills.unknown(fill.channelId, events);
      const fillId = fills.begin(fill);
      const removed: RemovedMessage[] = [];
      let id = 0;
      let stored = 0;
      for (const row of unknown) {
        const { event } = row;
        id = fills.freeId(row.receivedAt, id);
        const placed = appender.place(row, id, "past");
        if (!placed) continue;
        if (placed.channelId !== fill.channelId) {
          throw new Error(`Cannot fill channel ${fill.channelId} with #${event.channel}`);
        }
        stored++;
        fills.mark(fillId, id);
        const { userId } = placed;
        if (userId !== undefined && row.removed) {
          removed.push({ id, uuid: event.uuid, userId, login: event.author!.login });
        }
        counters.add(placed);
      }
      fills.markRemoved(fill.channelId, removed);
      counters.write();
      fills.end(fillId, stored);
      ids.assigned(id);
      return { stored, known: events.length - stored };
    });
  }

  /** See `MaintenanceWriter.replayQuarantined`. */
  replayQuarantined(id: number): void {
    const { flushCounters, transactions, fills, appender, quarantine, ids } = this.#parts;
    flushCounters();
    transactions.run(() => {
      const row = quarantine.take(id);
      if (!row) return;
      const messageId = fills.freeId(row.at, 0);
      const placed = appender.place({ event: row.event, receivedAt: row.at }, messageId, "past");
      if (!placed) return;
      const counters = new Counters(this.#db);
      counters.add(placed);
      counters.write();
      ids.assigned(messageId);
    });
  }

  /** @throws AppError unavailable */
  #requireIndex(what: string): void {
    if (this.#parts.indexes.isUsable("messages_index")) return;
    throw new AppError("unavailable", `${what} while the search index cannot be used`);
  }
}
