/**
 * Assigns the ids of new messages. They follow the time of receipt and the last id. A last id that is ahead of that time
 * is ignored: an earlier run with a wrong clock has left it (docs/time.md).
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, MAX_AHEAD_MS, nextId } from "../../../chat/ids.ts";

/** The largest number of used ids that are skipped one by one. */
const MAX_TRIES = 10_000;

export class IdClock {
  /** The last assigned id, or the one that was found in the file. */
  #last = 0;
  /** Whether the last id may be wrong. Ids that were assigned by a certain time run ahead of it only because of the rate. */
  #isFound = true;
  #isCertain = false;
  /** The first used id after the last one. */
  #ceiling = Infinity;
  /** The largest id in the archive. */
  #top = 0;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      last: db.prepare("SELECT max(id) AS id FROM messages"),
      before: db.prepare("SELECT max(id) AS id FROM messages WHERE id < ?"),
      after: db.prepare("SELECT min(id) AS id FROM messages WHERE id > ?"),
      taken: db.prepare("SELECT 1 FROM messages WHERE id = ?"),
    };
  }

  /** The largest id in the archive; 0 if it is empty. */
  get top(): number {
    return this.#top;
  }

  /** Reads the largest id from the file. @param isVoid whether ids assigned before are void */
  reload({ isVoid = false } = {}): void {
    this.#top = Number(this.#sql.last.get()!.id ?? 0);
    if (isVoid) this.#isFound = true;
    if (this.#isFound) this.#last = this.#top;
    this.#ceiling = this.#last < this.#top ? this.#after() : Infinity;
  }

  /**
   * Call it before a batch whose first event was received at `at`.
   * @returns whether larger ids exist already, so that the ids of the batch are not the largest ones
   */
  begin(at: number): boolean {
    const limit = firstIdAt(at + MAX_AHEAD_MS);
    if (this.#isFound && this.#last >= limit) {
      this.#last = Number(this.#sql.before.get(limit)!.id ?? 0);
      this.#isFound = !this.#isCertain;
      this.#ceiling = this.#after();
    } else if (this.#last >= this.#ceiling) this.#ceiling = this.#after();
    return this.#ceiling < Infinity;
  }

  /** The id of an event that was received at `at`, after `last`. It counts as assigned once `assigned` is called. */
  after(last: number, at: number): number {
    let id = nextId(at, last);
    if (id < this.#ceiling) return id;
    for (let tries = 0; tries < MAX_TRIES; tries++, id++) if (!this.#sql.taken.get(id)) return id;
    return Math.max(this.#top, last) + 1;
  }

  get last(): number {
    return this.#last;
  }

  /** Ids up to this one were assigned and committed. */
  assigned(last: number): void {
    this.#last = Math.max(this.#last, last);
    this.#top = Math.max(this.#top, last);
    if (this.#isCertain) this.#isFound = false;
  }

  /** Called when the time of receipt becomes certain. */
  certain(): void {
    this.#isCertain = true;
  }

  #after(): number {
    return Number(this.#sql.after.get(this.#last)!.id ?? Infinity);
  }
}
