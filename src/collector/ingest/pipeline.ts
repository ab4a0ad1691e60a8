/** Takes events: drops duplicates, counts, and hands the others to the write loop. */
import type { ChatEvent, StoredEvent } from "../../chat/events.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "../recorder.ts";
import type { Stored } from "./batch_writer.ts";
import { dedupeKey, Deduplicator } from "./deduplicator.ts";
import { QUEUE_BOUND } from "./queue.ts";
import type { Row } from "./row.ts";
import { TICKS } from "../../chat/ids.ts";
import { WriteLoop, type WriteLoopListener, type WriteLoopOptions } from "./write_loop.ts";

export interface IngestPipelineOptions extends Omit<WriteLoopOptions, "listener"> {
  /** Whether several connections deliver the same channel now. */
  areRepeated: () => boolean;
  /** Called after the commit, with the events of watched channels by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Called when the store fails, with the reason, and when it works again. */
  healthChanged: (reason: string | undefined) => void;
  /** Called for every event that did not fit anywhere. */
  dropped?: (event: ChatEvent, times: DropTimes) => void;
}

/** When an event was dropped. Times are monotonic. */
export interface DropTimes {
  /** The line arrived then. */
  at: number;
  /** Lines may be missing since then: a full queue leaves the sockets unread before it drops lines. */
  since: number;
}

/** The ids of a full queue's rows rise by one tick each, so an id may be this much later than the arrival of its line. */
const MAX_ID_LEAD_MS = Math.ceil(QUEUE_BOUND / TICKS);
const MAX_REJECTED_SAMPLES = 20;
/** Maximum number of measured batches between two calls of `takeSamples`. */
const MAX_SAMPLES = 1_000;

export class IngestPipeline implements WriteLoopListener, Disposable {
  readonly counts: Counts = {
    received: 0,
    stored: 0,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    late: 0,
    optedOut: 0,
    protocol: 0,
  };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly store: WriteLoop;
  readonly #options: IngestPipelineOptions;
  readonly #deduplicator: Deduplicator;
  #lastCommitAt: number | undefined;
  /** When the newest accepted line arrived, monotonic. */
  #acceptedAt = 0;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };

  /** Opens the archive. @throws what `openWriter` throws */
  constructor(options: IngestPipelineOptions) {
    this.#options = options;
    this.#deduplicator = new Deduplicator(options.areRepeated);
    this.store = new WriteLoop({ ...options, listener: this });
  }

  /** Returns false if the event is a duplicate. @param at monotonic time of its arrival */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = dedupeKey(event, line);
    if (key !== undefined && this.#deduplicator.seen(key, event.channel)) {
      this.counts.duplicates++;
      return false;
    }
    if (this.store.mustDrop) {
      this.counts.dropped++;
      this.#options.dropped?.(event, { at, since: this.#missingSince(at) });
    } else {
      this.#acceptedAt = Math.max(this.#acceptedAt, at);
      this.store.push({
        event,
        line,
        receivedAt: this.#options.time.receivedAt(at, event.sentAt),
      });
    }
    return true;
  }

  /** Counts a line that another connection delivered, too. */
  duplicate(): void {
    this.counts.received++;
    this.counts.duplicates++;
  }

  /** Whether the event was taken recently, even if it is not committed yet. */
  hasSeen(event: ChatEvent, line: string): boolean {
    const key = dedupeKey(event, line);
    return key !== undefined && this.#deduplicator.has(key, event.channel);
  }

  /** Counts a line that is not stored, and keeps it as a sample. @param at epoch milliseconds */
  reject(line: string, why: string, at: number): void {
    this.counts.received++;
    this.#rejected(line, why, at);
  }

  status(): WriterStatus {
    return { ...this.store.status(), lastCommitAt: this.#lastCommitAt };
  }

  takeSamples(): CollectorSamples {
    const samples = this.#samples;
    this.#samples = { batchSizes: [], batchMs: [], lagMs: [] };
    return samples;
  }

  /** Writes the remaining rows and closes the archive. Rows that cannot be written wait in the overflow file. */
  [Symbol.dispose](): void {
    this.counts.dropped += this.store.close();
  }

  // --- WriteLoopListener ---

  stored({ rows, repeated, events, ms }: Stored): void {
    const now = this.#options.time.now();
    this.counts.stored += rows.length - repeated;
    this.counts.duplicates += repeated;
    this.#lastCommitAt = now;
    this.#sample(rows, ms, now);
    if (events.length > 0) this.#options.committed(events);
  }

  quarantined({ line, receivedAt }: Row, why: string): void {
    this.#rejected(line, `could not be stored: ${why}`, receivedAt);
  }

  readmitted(rows: number): void {
    this.counts.rejected -= rows;
    this.counts.stored += rows;
  }

  healthChanged(reason: string | undefined): void {
    this.#options.healthChanged(reason);
  }

  #rejected(line: string, why: string, at: number): void {
    this.counts.rejected++;
    this.rejectedSamples.unshift({ at, why, line: line.slice(0, 500) });
    this.rejectedSamples.length = Math.min(this.rejectedSamples.length, MAX_REJECTED_SAMPLES);
  }

  #missingSince(at: number): number {
    const unreadSince = Math.min(at, this.store.fullSince ?? at);
    // Each connection may deliver one more line to a full queue. No stored message may lie in the gap.
    return Math.max(unreadSince, this.#acceptedAt + MAX_ID_LEAD_MS);
  }

  #sample(rows: readonly Row[], ms: number, now: number): void {
    const { batchSizes, batchMs, lagMs } = this.#samples;
    if (rows.length === 0 || batchSizes.length >= MAX_SAMPLES) return;
    batchSizes.push(rows.length);
    batchMs.push(ms);
    const { sentAt } = rows[0]!.event;
    if (sentAt !== undefined) lagMs.push(Math.max(0, now - sentAt));
  }
}
