/**
 * Stores a batch row by row after it was refused as a whole, so that one bad row keeps no other out. Rows that are refused
 * one after the other with the same error are not bad: then something is wrong with the store.
 */
import type { AppendResult, ArchiveWriter } from "../../archive/archive.ts";
import type { Row } from "./row.ts";
import type { Batch, Stored } from "./write_loop.ts";
import { hasCode, isUnavailable } from "../../chat/errors.ts";

/** The same error so many times in a row, and no row stored in between, is trouble with the store. */
const TROUBLE_AFTER = 3;

export interface RowByRowOptions {
  writer: () => ArchiveWriter;
  /** Ids of the channels that somebody watches. */
  watched: ReadonlySet<number>;
  stored: (stored: Stored) => void;
  /** A row was put into quarantine. */
  setAside: (row: Row, why: string) => void;
  /** So many rows of the quarantine were stored after all. */
  readmitted: (rows: number) => void;
}

export interface Outcome {
  /** How many rows were stored or put into quarantine: all of them, or the first so many. */
  dealtWith: "all" | number;
  /** Why the rest has to wait. */
  trouble?: string;
}

export class RowByRow {
  readonly #options: RowByRowOptions;
  /** The error of the last refusals, and how many there were of it. */
  #why: string | undefined;
  #count = 0;
  /** Rows of the quarantine that were refused with it: they are stored once the store works again. */
  #ids: number[] = [];

  constructor(options: RowByRowOptions) {
    this.#options = options;
  }

  store({ rows, spooled }: Batch): Outcome {
    let dealtWith = 0;
    // Refused, and not put into quarantine: whether they are bad is decided by whether a later row can be stored.
    const suspects: { row: Row; why: string }[] = [];
    try {
      for (const [index, row] of rows.entries()) {
        const refusal = this.#store(row, suspects.length > 0);
        if (refusal === undefined) {
          for (const { row, why } of suspects.splice(0)) this.#quarantine(row, why);
          this.#setSpooled(row.spooled);
          this.#forget();
        } else if (suspects.length > 0 || this.#isTrouble(refusal)) {
          suspects.push({ row, why: messageOf(refusal) });
          continue;
        } else {
          this.#quarantine(row, messageOf(refusal), !hasCode(refusal, "refused"));
        }
        dealtWith = index + 1;
      }
      const [suspect] = suspects;
      if (suspect) return { dealtWith, trouble: `it refuses every message: ${suspect.why}` };
      this.#setSpooled(spooled);
      return { dealtWith: "all" };
    } catch (error) {
      return { dealtWith, trouble: messageOf(error) };
    }
  }

  /** A batch was committed: what was refused before, for a reason that seems to be gone, is tried again. */
  committed(): void {
    if (this.#count < TROUBLE_AFTER) return this.#forget();
    const ids = this.#ids;
    this.#forget();
    const writer = this.#options.writer();
    let stored = 0;
    for (const id of ids) {
      try {
        writer.replayQuarantined(id);
        stored++;
      } catch {
        // It stays in quarantine, with its first error.
      }
    }
    if (stored > 0) this.#options.readmitted(stored);
  }

  /** Why the row was refused; undefined where it is stored. @throws AppError unavailable */
  #store(row: Row, isProbe: boolean): unknown {
    const startedAt = performance.now();
    let result: AppendResult;
    try {
      // The position of a probe is told later: should the program end before, no row that comes before it may be lost.
      const spooled = isProbe ? undefined : row.spooled;
      result = this.#options.writer().append([row], this.#options.watched, spooled);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      return error;
    }
    const { events, repeated } = result;
    this.#options.stored({ rows: [row], repeated, events, ms: performance.now() - startedAt });
    return undefined;
  }

  #isTrouble(refusal: unknown): boolean {
    // What the archive refuses by its own rules is about the row, however often.
    if (hasCode(refusal, "refused")) return false;
    const why = messageOf(refusal);
    if (why !== this.#why) this.#forget();
    this.#why = why;
    return ++this.#count >= TROUBLE_AFTER;
  }

  #quarantine(row: Row, why: string, mayBeTrouble = false): void {
    const id = this.#options.writer().quarantine({ event: row.event, receivedAt: row.receivedAt }, why);
    if (mayBeTrouble) this.#ids.push(id);
    this.#setSpooled(row.spooled);
    this.#options.setAside(row, why);
  }

  #setSpooled(position: Batch["spooled"]): void {
    if (position) this.#options.writer().append([], new Set(), position);
  }

  #forget(): void {
    this.#why = undefined;
    this.#count = 0;
    this.#ids = [];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
