/**
 * The ids of new messages: they follow the time of receipt and the last id, but not a last id that lies ahead of that time,
 * which an earlier run left whose clock was wrong (docs/time.md).
 */
import type { DatabaseSync } from "node:sqlite";
import { firstIdAt, nextId } from "../../../chat/ids.ts";

/** An id that is further ahead of the time of receipt was not given by a right clock, whatever the rate. */
export const AHEAD_MS = 60_000;

/** So many ids that are taken are passed by, one by one. */
const MAX_TRIES = 10_000;

export class IdClock {
  /** The last id that was given, or found. */
  #last = 0;
  /** Nothing says that the last one is right. What is given by a time that is certain runs ahead of it by the rate alone. */
  #isFound = true;
  #isCertain = false;
  /** The first id after it that is taken. */
  #ceiling = Infinity;
  /** The largest id that there is. */
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

  /** The largest id that there is; 0 where there is none. */
  get top(): number {
    return this.#top;
  }

  /** Reads the largest id out of the file. @param anew what was given before does not stand any more */
  remember({ anew = false } = {}): void {
    this.#top = Number(this.#sql.last.get()!.id ?? 0);
    if (anew) this.#isFound = true;
    if (this.#isFound) this.#last = this.#top;
    this.#ceiling = this.#last < this.#top ? this.#after() : Infinity;
  }

  /**
   * Called before a batch whose first event was received at `at`.
   * @returns whether ids lie ahead of it: then those that are given are not the largest ones
   */
  begin(at: number): boolean {
    const limit = firstIdAt(at + AHEAD_MS);
    if (this.#isFound && this.#last >= limit) {
      this.#last = Number(this.#sql.before.get(limit)!.id ?? 0);
      this.#isFound = !this.#isCertain;
      this.#ceiling = this.#after();
    } else if (this.#last >= this.#ceiling) this.#ceiling = this.#after();
    return this.#ceiling < Infinity;
  }

  /** The id of an event that was received at `at`, after `last`. It counts as given once `given` is called. */
  after(last: number, at: number): number {
    let id = nextId(at, last);
    if (id < this.#ceiling) return id;
    for (let tries = 0; tries < MAX_TRIES; tries++, id++) if (!this.#sql.taken.get(id)) return id;
    return Math.max(this.#top, last) + 1;
  }

  get last(): number {
    return this.#last;
  }

  /** Ids up to this one were given, and committed. */
  given(last: number): void {
    this.#last = Math.max(this.#last, last);
    this.#top = Math.max(this.#top, last);
    if (this.#isCertain) this.#isFound = false;
  }

  /** From now on ids are given by a time that is certain. */
  certain(): void {
    this.#isCertain = true;
  }

  #after(): number {
    return Number(this.#sql.after.get(this.#last)!.id ?? Infinity);
  }
}
