/** From events to committed rows: the batch, the bounded queue before it, and what happens when the store fails. */
import { type ArchiveWriter, type SpoolPosition, UnavailableError } from "../archive/archive.ts";
import type { ChatEvent, Received, StoredEvent } from "../chat/events.ts";
import { Doubles } from "./doubles.ts";
import { readLine } from "../irc/read.ts";
import type { CollectorSamples, Counts, RejectedSample, WriterStatus } from "./recorder.ts";
import { Spool } from "./spool.ts";

export interface SpoolOptions {
  path: string;
  bound: number;
  /** How long the sockets are left unread before messages are dropped. */
  patienceMs?: number;
}

export interface IntakeOptions {
  openWriter: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  /** Called after the commit, with the events of watched channels by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when the store fails and when it works again. */
  trouble: (reason: string | undefined) => void;
  /** Events that may wait for the store in memory; beyond it they go to the spool. */
  bound?: number;
  /** The file beside the database, and how many bytes it may have; 0 = none: then the sockets are not read. */
  spool: SpoolOptions;
  /** Told of every event that found room nowhere. */
  dropped?: (event: ChatEvent, at: number) => void;
  batchSize?: number;
  batchMs?: number;
}

/** An event on its way, with the line that a spool would keep. */
interface Waiting extends Received {
  line: string;
}

const SAMPLES_KEPT = 20;
const PATIENCE_MS = 20_000;
const RETRY_MS = { first: 100, most: 5_000 };
/** Derived counters may be this old in the file; a crash loses none of them (they are counted again). */
const COUNTERS_MS = 3_000;

export class Intake implements Disposable {
  readonly counts: Counts = { received: 0, stored: 0, doubles: 0, rejected: 0, dropped: 0, protocol: 0 };
  readonly rejectedSamples: RejectedSample[] = [];
  readonly #options: Required<Omit<IntakeOptions, "dropped">> & IntakeOptions;
  readonly #doubles = new Doubles();
  #writer: ArchiveWriter;
  readonly #spool: Spool;
  #queue: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failing: { reason: string; since: number; retryMs: number } | undefined;
  #okSince = Date.now();
  #lastCommitAt: number | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  /** Since when neither the queue nor the spool has room. */
  #fullSince: number | undefined;
  #samples: CollectorSamples = { batchSizes: [], batchMs: [], lagMs: [] };
  readonly #counters: ReturnType<typeof setInterval>;

  /** Opens the archive. @throws what opening throws: at start there is somebody to tell. */
  constructor(options: IntakeOptions) {
    this.#options = { bound: 10_000, batchSize: 200, batchMs: 50, ...options };
    this.#writer = options.openWriter();
    const stored = this.#writer.spooled();
    this.#spool = new Spool(
      options.spool.path,
      options.spool.bound,
      (name) => stored?.name === name ? stored.upto : 0,
    );
    if (this.#spool.active) this.#timer = setTimeout(() => this.#flush());
    this.#counters = setInterval(() => this.#upkeep(), COUNTERS_MS);
  }

  /** For what is not the batch: channels and their deletion. @throws UnavailableError while the store fails */
  get writer(): ArchiveWriter {
    // What was said before a channel goes, or is renamed, is stored before.
    if (!this.#failing) this.#flush();
    if (this.#failing) throw new UnavailableError(`the archive cannot be written: ${this.#failing.reason}`);
    return this.#writer;
  }

  /** False where it was recognised as a double. */
  take(event: ChatEvent, line: string, at: number): boolean {
    this.counts.received++;
    const key = doubleKey(event, line);
    if (key !== undefined && this.#doubles.seen(key)) {
      this.counts.doubles++;
      return false;
    }
    const isFull = this.#failing && this.#queue.length >= this.#options.bound &&
      this.#options.spool.bound > 0;
    if (isFull || this.#spool.active) {
      this.#keep({ event, receivedAt: at, line });
      return true;
    }
    this.#queue.push({ event, receivedAt: at, line });
    if (this.#failing) return true;
    if (this.#queue.length >= this.#options.batchSize) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#options.batchMs);
    return true;
  }

  /** Whether this was taken lately, be it committed or not. */
  heard(event: ChatEvent, line: string): boolean {
    const key = doubleKey(event, line);
    return key !== undefined && this.#doubles.has(key);
  }

  reject(line: string, why: string, at: number, isChat = true): void {
    if (isChat) this.counts.received++;
    this.counts.rejected++;
    this.rejectedSamples.unshift({ at, why, line: line.slice(0, 500) });
    this.rejectedSamples.length = Math.min(this.rejectedSamples.length, SAMPLES_KEPT);
  }

  /**
   * While neither the queue nor the spool has room the sockets are not read: what Twitch keeps for us meanwhile is not
   * lost. It would cut us off before long, so after a while they are read again, and what comes is dropped and counted.
   */
  room(): Promise<void> | undefined {
    if (this.#queue.length < this.#options.bound || this.#spool.hasRoom) {
      this.#fullSince = undefined;
      return undefined;
    }
    this.#fullSince ??= Date.now();
    if (this.#options.spool.bound > 0 && this.#isPatienceOver()) return undefined;
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  status(): WriterStatus {
    return {
      state: this.#failing ? "failing" : "ok",
      reason: this.#failing?.reason,
      since: this.#failing?.since ?? this.#okSince,
      queue: this.#queue.length,
      queueBound: this.#options.bound,
      spooledBytes: this.#spool.bytes,
      spoolBound: this.#options.spool.bound,
      spoolFailure: this.#spool.failure,
      lastCommitAt: this.#lastCommitAt,
    };
  }

  takeSamples(): CollectorSamples {
    const samples = this.#samples;
    this.#samples = { batchSizes: [], batchMs: [], lagMs: [] };
    return samples;
  }

  /** Writes what is left and closes the archive. What cannot be written goes to the spool, for the next start. */
  [Symbol.dispose](): void {
    clearInterval(this.#counters);
    this.#flush();
    clearTimeout(this.#timer);
    for (const waiting of this.#queue.splice(0)) this.#keep(waiting);
    // What found no room in the spool is back in the queue.
    this.counts.dropped += this.#queue.length;
    this.#spool[Symbol.dispose]();
    this.counts.dropped += this.#spool.unwritten;
    this.#waiting?.resolve();
    try {
      this.#writer[Symbol.dispose]();
    } catch (error) {
      // What it could not write at the end is derived, and is counted again at the next start.
      if (!(error instanceof UnavailableError)) throw error;
    }
  }

  /** Into the spool; where that has no room, into the queue as long as the sockets wait; else it is dropped. */
  #keep(waiting: Waiting): void {
    if (this.#spool.append(waiting.receivedAt, waiting.line)) return;
    // Each connection may bring one more line before it heeds `room`, and what waits in a spool must come first.
    if (!this.#spool.active && !this.#isPatienceOver()) return void this.#queue.push(waiting);
    this.counts.dropped++;
    this.#options.dropped?.(waiting.event, waiting.receivedAt);
  }

  #isPatienceOver(): boolean {
    return this.#fullSince !== undefined &&
      Date.now() - this.#fullSince >= (this.#options.spool.patienceMs ?? PATIENCE_MS);
  }

  /** Reads a stretch of the spool back. The sockets have their turn before the next one. */
  #drain(): void {
    const rows = this.#spool.read(this.#options.batchSize);
    const last = rows.at(-1);
    if (!last) return;
    const batch = rows.flatMap(({ line, receivedAt }) => {
      const reading = readLine(line);
      return reading.kind === "chat" ? [{ event: reading.event, receivedAt, line }] : [];
    });
    const position = { name: this.#spool.name, upto: last.upto };
    try {
      this.#append(batch, position);
    } catch (error) {
      if (error instanceof UnavailableError) return this.#fail(error.message);
      // A crash between the rows and their position would store some of them twice: rare upon rare.
      if (this.#appendEach(batch) < batch.length) return;
      this.#append([], position);
    }
    this.#spool.done(last.upto);
    if (this.#spool.active) this.#timer ??= setTimeout(() => this.#flush());
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, this.#options.batchSize);
      try {
        this.#append(batch);
      } catch (error) {
        if (error instanceof UnavailableError) return this.#fail(error.message);
        const done = this.#appendEach(batch);
        if (done < batch.length) return void this.#queue.splice(0, done);
      }
      this.#queue.splice(0, batch.length);
    }
    this.#recovered();
    if (this.#spool.active) this.#drain();
  }

  #append(batch: Waiting[], spooled?: SpoolPosition): void {
    const startedAt = performance.now();
    const { events } = this.#writer.append(batch, this.#options.watched, spooled);
    const now = Date.now();
    this.counts.stored += batch.length;
    this.#lastCommitAt = now;
    this.#sample(batch, performance.now() - startedAt, now);
    if (events.length > 0) this.#options.committed(events);
  }

  /** A row that cannot be stored must not keep the others out. Yields how many were dealt with before the store failed. */
  #appendEach(batch: Waiting[]): number {
    for (const [done, row] of batch.entries()) {
      try {
        this.#appendOrSetAside(row);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        this.#fail(error.message);
        return done;
      }
    }
    return batch.length;
  }

  /** @throws UnavailableError */
  #appendOrSetAside(row: Waiting): void {
    try {
      this.#append([row]);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      this.#writer.quarantine(row, why);
      this.reject(row.line, `could not be stored: ${why}`, row.receivedAt, false);
    }
  }

  #fail(reason: string): void {
    if (!this.#failing) this.#options.trouble(reason);
    const retryMs = Math.min(RETRY_MS.most, (this.#failing?.retryMs ?? RETRY_MS.first / 2) * 2);
    this.#failing = { reason, since: this.#failing?.since ?? Date.now(), retryMs };
    // A batch that waits for its time would go into a file that was moved away.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), retryMs);
  }

  #retry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#spool.sync();
    if (this.#spool.hasRoom || this.#options.spool.bound > 0 && this.#isPatienceOver()) this.#readOn();
    try {
      if (!this.#writer.attached()) this.#reopen();
      if (this.#queue.length === 0) this.#writer.flushCounters();
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error));
    }
    this.#flush();
  }

  /** The file at the path is another one now: what is open leads nowhere. */
  #reopen(): void {
    const next = this.#options.openWriter();
    this.#writer[Symbol.dispose]();
    this.#writer = next;
  }

  #recovered(): void {
    if (this.#failing) {
      this.#failing = undefined;
      this.#okSince = Date.now();
      this.#options.trouble(undefined);
    }
    if (this.#queue.length < this.#options.bound) this.#readOn();
  }

  #readOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #upkeep(): void {
    if (this.#failing) return;
    try {
      if (!this.#writer.attached()) return this.#fail("the database file was moved, deleted or replaced");
      this.#writer.flushCounters();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #sample(batch: Received[], ms: number, now: number): void {
    const { batchSizes, batchMs, lagMs } = this.#samples;
    if (batch.length === 0 || batchSizes.length >= 1_000) return;
    batchSizes.push(batch.length);
    batchMs.push(ms);
    const sentAt = batch[0]!.event.sentAt;
    if (sentAt !== undefined) lagMs.push(Math.max(0, now - sentAt));
  }
}

/** What makes two deliveries the same message; `undefined` for lines that carry nothing unique. */
function doubleKey(event: ChatEvent, line: string): string | undefined {
  switch (event.kind) {
    case "message":
    case "action":
    case "notice":
      return event.uuid;
    case "timeout":
    case "ban":
    case "clear":
    case "deletion":
      return event.sentAt === undefined ? undefined : line;
    default:
      return undefined;
  }
}
