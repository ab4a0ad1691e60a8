/**
 * Stores a batch row by row after it was refused as a whole, so that one bad row keeps no other out. Rows that are refused
 * one after the other with the same error are not bad: then something is wrong with the store.
 */
import type { ArchiveWriter } from "../../archive/writer.ts";
import { hasCode, isUnavailable } from "../../chat/errors.ts";
import type { Batch } from "./queue.ts";
import type { Row } from "./row.ts";
import type { BatchResult, Stored } from "./batch_writer.ts";

/** The same error so many times in a row, and no row stored in between, is trouble with the store. */
const TROUBLE_AFTER = 3;

export interface Refused {
  row: Row;
  why: string;
}

export interface Outcome extends BatchResult {
  /** One a row, in their order. */
  stored: Stored[];
  /** Rows that were put into quarantine. */
  quarantined: Refused[];
}

export class RowByRow {
  /** The error of the last refusals, and how many there were of it. */
  #why: string | undefined;
  #count = 0;
  /** Rows of the quarantine that were refused with it: they are stored once the store works again. */
  #ids: number[] = [];

  store({ rows, overflowPosition }: Batch, writer: ArchiveWriter, watched: ReadonlySet<number>): Outcome {
    const outcome: Outcome = { stored: [], quarantined: [], dealtWith: 0 };
    // Refused, and not put into quarantine: whether they are bad is decided by whether a later row can be stored.
    const suspects: Refused[] = [];
    const quarantine = (refused: Refused, mayBeTrouble = false) => {
      const id = addToQuarantine(writer, refused);
      if (mayBeTrouble) this.#ids.push(id);
      outcome.quarantined.push(refused);
    };
    try {
      for (const [index, row] of rows.entries()) {
        const stored = storeRow(row, writer, watched, suspects.length > 0);
        if ("rows" in stored) {
          outcome.stored.push(stored);
          for (const suspect of suspects.splice(0)) quarantine(suspect);
          setPosition(writer, row.overflowPosition);
          this.#forget();
        } else if (suspects.length > 0 || this.#isTrouble(stored.refusal)) {
          suspects.push({ row, why: messageOf(stored.refusal) });
          continue;
        } else {
          quarantine({ row, why: messageOf(stored.refusal) }, !hasCode(stored.refusal, "refused"));
        }
        outcome.dealtWith = index + 1;
      }
      const [suspect] = suspects;
      if (suspect) return { ...outcome, trouble: `it refuses every message: ${suspect.why}` };
      setPosition(writer, overflowPosition);
      return { ...outcome, dealtWith: "all" };
    } catch (error) {
      return { ...outcome, trouble: messageOf(error) };
    }
  }

  /**
   * A batch was committed: what was refused before, for a reason that seems to be gone, is tried again.
   * @returns how many rows left the quarantine
   */
  committed(writer: ArchiveWriter): number {
    const ids = this.#count < TROUBLE_AFTER ? [] : this.#ids;
    this.#forget();
    let stored = 0;
    for (const id of ids) {
      try {
        writer.replayQuarantined(id);
        stored++;
      } catch {
        // It stays in quarantine, with its first error.
      }
    }
    return stored;
  }

  #isTrouble(refusal: unknown): boolean {
    // What the archive refuses by its own rules is about the row, however often.
    if (hasCode(refusal, "refused")) return false;
    const why = messageOf(refusal);
    if (why !== this.#why) this.#forget();
    this.#why = why;
    return ++this.#count >= TROUBLE_AFTER;
  }

  #forget(): void {
    this.#why = undefined;
    this.#count = 0;
    this.#ids = [];
  }
}

/** @throws AppError unavailable */
function storeRow(
  row: Row,
  writer: ArchiveWriter,
  watched: ReadonlySet<number>,
  isProbe: boolean,
): Stored | { refusal: unknown } {
  const startedAt = performance.now();
  try {
    // The position of a probe is stored later, so that no earlier row is lost if the program ends before.
    const { events, repeated } = writer.append([row], watched, isProbe ? undefined : row.overflowPosition);
    return { rows: [row], repeated, events, ms: performance.now() - startedAt };
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return { refusal: error };
  }
}

function addToQuarantine(writer: ArchiveWriter, { row, why }: Refused): number {
  const id = writer.quarantine({ event: row.event, receivedAt: row.receivedAt }, why);
  setPosition(writer, row.overflowPosition);
  return id;
}

function setPosition(writer: ArchiveWriter, position: Batch["overflowPosition"]): void {
  if (position) writer.append([], new Set(), position);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
