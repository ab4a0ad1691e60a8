/** From events to rows: drops duplicates, counts, and hands the rest to the write loop. */
import type { ChatEvent, StoredEvent } from "../../chat/events.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "../recorder.ts";
import type { Stored } from "./batch_writer.ts";
import { dedupeKey, Deduplicator } from "./deduplicator.ts";
import type { Row } from "./row.ts";
import { WriteLoop, type WriteLoopListener, type WriteLoopOptions } from "./write_loop.ts";

export interface IngestPipelineOptions extends Omit<WriteLoopOptions, "listener"> {
  /** Whether events of the channel with this login are announced. */
  isWatched: (login: string) => boolean;
  /** Called after the commit, with the events of watched channels by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when the store fails and when it works again. */
  trouble: (reason: string | undefined) => void;
  /** Told of every event that found room nowhere, and of the monotonic moment at which it came. */
  dropped?: (event: ChatEvent, at: number) => void;
}

const MAX_REJECTED_SAMPLES = 20;
/** Batches that are measured between two statuses. */
const MAX_SAMPLES = 1_000;

export class IngestPipeline implements WriteLoopListener, Disposable {
  readonly counts: Counts = {
    received: 0,
    stored: 0,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    late: 0,
    protocol: 0,
  };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly store: WriteLoop;
  readonly #options: IngestPipelineOptions;
  readonly #deduplicator = new Deduplicator();
  #lastCommitAt: number | undefined;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell. */
  constructor(options: IngestPipelineOptions) {
    this.#options = options;
    this.store = new WriteLoop({ ...options, listener: this });
  }

  /** False where it was recognised as a duplicate. @param at when it came, monotonic */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = dedupeKey(event, line);
    if (key !== undefined && this.#deduplicator.seen(key, event.channel)) {
      this.counts.duplicates++;
      return false;
    }
    if (this.store.mustDrop) {
      this.counts.dropped++;
      this.#options.dropped?.(event, at);
    } else {
      this.store.push({
        event,
        line,
        receivedAt: this.#options.time.receivedAt(at, event.sentAt),
        isWatched: this.#options.isWatched(event.channel),
      });
    }
    return true;
  }

  /** A line that came on another connection as well. */
  duplicate(): void {
    this.counts.received++;
    this.counts.duplicates++;
  }

  /** Whether this was taken lately, be it committed or not. */
  heard(event: ChatEvent, line: string): boolean {
    const key = dedupeKey(event, line);
    return key !== undefined && this.#deduplicator.has(key, event.channel);
  }

  /** A line that is not stored. @param at epoch milliseconds */
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

  // --- what the write loop tells ---

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

  trouble(reason: string | undefined): void {
    this.#options.trouble(reason);
  }

  #rejected(line: string, why: string, at: number): void {
    this.counts.rejected++;
    this.rejectedSamples.unshift({ at, why, line: line.slice(0, 500) });
    this.rejectedSamples.length = Math.min(this.rejectedSamples.length, MAX_REJECTED_SAMPLES);
  }

  #sample(rows: readonly Row[], ms: number, now: number): void {
    const { batchSizes, batchMs, lagMs } = this.#samples;
    if (rows.length === 0 || batchSizes.length >= MAX_SAMPLES) return;
    batchSizes.push(rows.length);
    batchMs.push(ms);
    const { sentAt } = rows[0]!;
    if (sentAt !== undefined) lagMs.push(Math.max(0, now - sentAt));
  }
}
