/**
 * Rows that wait to be stored, in order: first those in the overflow file, then those in memory. While the overflow file
 * has rows, no rows from memory are in flight, so the order is right whenever the program ends.
 */
import type { OverflowPosition } from "../../archive/writer.ts";
import { readLine } from "../../irc/read.ts";
import type { WriterStatus } from "../recorder.ts";
import type { Row } from "./row.ts";
import { OverflowFile } from "./overflow_file.ts";

/** Rows of one transaction. */
export interface Batch {
  rows: Row[];
  /** For rows from the overflow file: the end of the last one there. */
  overflowPosition?: OverflowPosition;
}

/** A batch is handed over when it has this many rows, or after a while. */
export const BATCH_ROWS = 200;
/** Maximum rows of a batch. Rows that arrive during a commit form the next batch, so batches grow with the load. */
const MAX_ROWS = 2_000;
/** Two full batches in flight, and a third. Older rows would move to the old generation of the heap, so Twitch must wait. */
export const QUEUE_BOUND = 6_000;
/** Rows of the overflow file that are read at once. */
const OVERFLOW_ROWS = 1_000;

export class IngestQueue {
  readonly #bound: number;
  readonly #overflow: OverflowFile<Row>;
  #queue: Row[] = [];
  /** Number of rows, from the first, that are in flight. */
  #handedOver = 0;

  /** @param bound maximum rows in memory; each connection may add one more before it stops */
  constructor(overflow: OverflowFile<Row>, bound = QUEUE_BOUND) {
    this.#bound = bound;
    this.#overflow = overflow;
  }

  /** Number of rows in memory that are not in flight. */
  get waiting(): number {
    return this.#queue.length - this.#handedOver;
  }

  get hasRoom(): boolean {
    return this.#queue.length < this.#bound;
  }

  /** When the first row was received that would be lost if the program were killed now. */
  get unsafeSince(): number | undefined {
    return this.#overflow.unwrittenSince ?? this.#queue[0]?.receivedAt;
  }

  status(): Pick<
    WriterStatus,
    "queue" | "queueBound" | "overflowBytes" | "overflowBound" | "overflowFailure"
  > {
    return {
      queue: this.#queue.length,
      queueBound: this.#bound,
      overflowBytes: this.#overflow.bytes,
      overflowBound: this.#overflow.bound,
      overflowFailure: this.#overflow.failure,
    };
  }

  push(row: Row): void {
    this.#queue.push(row);
    if (this.#overflow.active) this.toOverflow();
  }

  /**
   * Moves rows from memory into the overflow file, as far as they fit. Does nothing while rows are in flight: if these
   * are returned, they must not follow later ones.
   */
  toOverflow(): void {
    if (this.#handedOver > 0) return;
    let moved = 0;
    while (moved < this.#queue.length && this.#overflow.append(this.#queue[moved]!)) moved++;
    this.#queue.splice(0, moved);
  }

  /** The next batch to store. While another one is in flight, only a batch of at least {@link BATCH_ROWS}. */
  next(isInFlight: boolean): Batch | undefined {
    if (this.#overflow.active) {
      if (isInFlight) return undefined;
      const batch = this.#readOverflow();
      if (batch) return batch;
      // All rows of the file are stored, and the rows that follow cannot be written into it.
      this.#prepend(this.#overflow.done());
    }
    const { waiting } = this;
    if (waiting < BATCH_ROWS && (waiting === 0 || isInFlight)) return undefined;
    const rows = this.#queue.slice(this.#handedOver, this.#handedOver + MAX_ROWS);
    this.#handedOver += rows.length;
    return { rows };
  }

  /** Ends a batch: all its rows were stored or quarantined, or this number of them, from the first. */
  ended({ rows, overflowPosition }: Batch, handled: "all" | number): void {
    if (overflowPosition) {
      const last = handled === "all" ? overflowPosition : rows[handled - 1]?.overflowPosition;
      // The other rows are read from the overflow file again.
      if (last) this.#prepend(this.#overflow.done(last.offset));
    } else {
      this.#handedOver -= rows.length;
      this.#queue.splice(0, handled === "all" ? rows.length : handled);
    }
  }

  /** Moves all rows to the overflow file while none is in flight. @returns the number of rows that did not fit */
  close(): number {
    this.toOverflow();
    this.#overflow[Symbol.dispose]();
    return this.#queue.length + this.#overflow.unwritten;
  }

  #readOverflow(): Batch | undefined {
    const read = this.#overflow.read(OVERFLOW_ROWS);
    // A batch has rows of an earlier run or of this one, never both.
    const inherited = read.filter(({ offset }) => this.#overflow.isInherited(offset));
    const lines = inherited.length > 0 ? inherited : read;
    const last = lines.at(-1);
    if (!last) return undefined;
    const positionOf = (offset: number): OverflowPosition => ({
      name: this.#overflow.name,
      offset,
      ...(this.#overflow.isInherited(offset) ? { isInherited: true } : {}),
    });
    const rows = lines.flatMap(({ line, receivedAt, offset }) => {
      const reading = readLine(line);
      if (reading.kind !== "chat") return [];
      return [
        { event: reading.event, line, receivedAt, overflowPosition: positionOf(offset) },
      ];
    });
    return { rows, overflowPosition: positionOf(last.offset) };
  }

  #prepend(rows: Row[]): void {
    if (rows.length > 0) this.#queue = [...rows, ...this.#queue];
  }
}
