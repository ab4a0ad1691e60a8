/**
 * What waits to be stored, in its order: first what lies in the overflow file, then what is in memory. While the overflow file has rows
 * none of those in memory is under way, so nothing can be overtaken, whenever the program ends.
 */
import type { OverflowPosition } from "../../archive/writer.ts";
import { readLine } from "../../irc/read.ts";
import type { WriterStatus } from "../recorder.ts";
import { LineStore } from "./line_store.ts";
import { Row, type RowParts } from "./row.ts";
import { OverflowFile } from "./overflow_file.ts";

/** What is stored in one transaction. */
export interface Batch {
  rows: Row[];
  /** Up to where the overflow file was read, where the rows are from there. */
  overflowPosition?: OverflowPosition;
}

/** A batch goes out when it has so many rows, or after a while. */
export const BATCH_ROWS = 200;
/** What has come in while a batch was under way goes into the next one, up to so many: batches follow the load. */
const MAX_ROWS = 2_000;
/**
 * Two large batches under way, and a third: with more than that, what waits grows old enough for the heap to be copied
 * about, and it is the server that is to wait.
 */
const BOUND = 6_000;
/** Lines of an overflow file that are read at once. */
const OVERFLOW_ROWS = 1_000;

export class IngestQueue {
  readonly #bound: number;
  readonly #overflow: OverflowFile<Row>;
  readonly #lines = new LineStore();
  #queue: Row[] = [];
  /** How many of the queue's first are under way. */
  #handedOver = 0;

  /** @param bound rows in memory; each connection may bring one more before it heeds that */
  constructor(overflow: OverflowFile<Row>, bound = BOUND) {
    this.#bound = bound;
    this.#overflow = overflow;
  }

  /** Rows in memory that are not under way. */
  get waiting(): number {
    return this.#queue.length - this.#handedOver;
  }

  get hasRoom(): boolean {
    return this.#queue.length < this.#bound;
  }

  /** When the first of those rows was received that would be lost if the program were killed now. */
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

  push(parts: RowParts): void {
    this.#queue.push(new Row(this.#lines, parts));
    if (this.#overflow.active) this.toOverflow();
  }

  /**
   * Moves what is in memory into the overflow file, as far as that has room. Nothing while some of it is under way: if that
   * comes back, it must not stand behind what came later.
   */
  toOverflow(): void {
    if (this.#handedOver > 0) return;
    let moved = 0;
    while (moved < this.#queue.length && this.#overflow.append(this.#queue[moved]!)) moved++;
    this.#queue.splice(0, moved);
  }

  /** What is to be stored next. Behind what is under way only a batch that is worth it. */
  next(isUnderWay: boolean): Batch | undefined {
    if (this.#overflow.active) {
      if (isUnderWay) return undefined;
      const work = this.#readOverflow();
      if (work) return work;
      // All that is in the file is stored, and what was to follow cannot be written into it.
      this.#putFirst(this.#overflow.done());
    }
    const { waiting } = this;
    if (waiting < BATCH_ROWS && (waiting === 0 || isUnderWay)) return undefined;
    const rows = this.#queue.slice(this.#handedOver, this.#handedOver + MAX_ROWS);
    this.#handedOver += rows.length;
    return { rows };
  }

  /** It is under way no more: all of it is dealt with, or so many of its rows, the first. */
  ended({ rows, overflowPosition }: Batch, dealtWith: "all" | number): void {
    if (overflowPosition) {
      const last = dealtWith === "all" ? overflowPosition : rows[dealtWith - 1]?.overflowPosition;
      // What is not dealt with is read from the overflow file again.
      for (const row of rows) row.release();
      if (last) this.#putFirst(this.#overflow.done(last.upto));
    } else {
      this.#handedOver -= rows.length;
      const done = this.#queue.splice(0, dealtWith === "all" ? rows.length : dealtWith);
      for (const row of done) row.release();
    }
  }

  /** Leaves all to the overflow file, nothing being under way, and yields how many rows found no room there. */
  close(): number {
    this.toOverflow();
    this.#overflow[Symbol.dispose]();
    return this.#queue.length + this.#overflow.unwritten;
  }

  #readOverflow(): Batch | undefined {
    const read = this.#overflow.read(OVERFLOW_ROWS);
    // What an earlier run wrote is not stored together with what this one did.
    const inherited = read.filter(({ upto }) => this.#overflow.isInherited(upto));
    const lines = inherited.length > 0 ? inherited : read;
    const last = lines.at(-1);
    if (!last) return undefined;
    const positionOf = (upto: number): OverflowPosition => ({
      name: this.#overflow.name,
      upto,
      ...(this.#overflow.isInherited(upto) ? { isInherited: true } : {}),
    });
    const rows = lines.flatMap(({ line, receivedAt, upto }) => {
      const reading = readLine(line);
      if (reading.kind !== "chat") return [];
      return [
        new Row(this.#lines, { event: reading.event, line, receivedAt, overflowPosition: positionOf(upto) }),
      ];
    });
    return { rows, overflowPosition: positionOf(last.upto) };
  }

  #putFirst(rows: Row[]): void {
    if (rows.length > 0) this.#queue = [...rows, ...this.#queue];
  }
}
