/**
 * Stores a batch row by row after it was refused as a whole, so that one bad row does not block the others. A series of
 * refusals with the same error is a failure of the store, not of the rows.
 */
import type { ArchiveWriter } from "../../archive/writer.ts";
import { hasCode, isUnavailable, messageOf } from "../../chat/errors.ts";
import type { Batch } from "./queue.ts";
import type { Row } from "./row.ts";
import type { BatchResult, Stored } from "./batch_writer.ts";

/** Refusals with the same error, and no stored row between them, that count as a failure of the store. */
const FAILURE_AFTER = 3;

export interface Refused {
  row: Row;
  why: string;
}

export interface Outcome extends BatchResult {
  /** One per stored row, in order. */
  stored: Stored[];
  /** Rows that were quarantined. */
  quarantined: Refused[];
}

export class RowByRow {
  /** The error of the last refusals, and their number. */
  #why: string | undefined;
  #count = 0;
  /** Quarantined rows that were refused with it. They are stored when the store works again. */
  #ids: number[] = [];

  store({ rows, overflowPosition }: Batch, writer: ArchiveWriter, watched: ReadonlySet<number>): Outcome {
    const outcome: Outcome = { stored: [], quarantined: [], handled: 0 };
    // Refused but not quarantined yet: they are bad if a later row can be stored.
    const suspects: Refused[] = [];
    const quarantine = (refused: Refused, mayBeStoreFailure = false) => {
      const id = addToQuarantine(writer, refused);
      if (mayBeStoreFailure) this.#ids.push(id);
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
        } else if (suspects.length > 0 || this.#isStoreFailure(stored.refusal)) {
          suspects.push({ row, why: messageOf(stored.refusal) });
          continue;
        } else {
          quarantine({ row, why: messageOf(stored.refusal) }, !hasCode(stored.refusal, "refused"));
        }
        outcome.handled = index + 1;
      }
      const [suspect] = suspects;
      if (suspect) return { ...outcome, failure: `it refuses every message: ${suspect.why}` };
      setPosition(writer, overflowPosition);
      return { ...outcome, handled: "all" };
    } catch (error) {
      return { ...outcome, failure: messageOf(error) };
    }
  }

  /**
   * Called after a commit. Retries quarantined rows whose refusal was a failure of the store.
   * @returns the number of rows that left the quarantine
   */
  committed(writer: ArchiveWriter): number {
    const ids = this.#count < FAILURE_AFTER ? [] : this.#ids;
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

  #isStoreFailure(refusal: unknown): boolean {
    // A refusal by the archive's own rules concerns the row, however often it occurs.
    if (hasCode(refusal, "refused")) return false;
    const why = messageOf(refusal);
    if (why !== this.#why) this.#forget();
    this.#why = why;
    return ++this.#count >= FAILURE_AFTER;
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
