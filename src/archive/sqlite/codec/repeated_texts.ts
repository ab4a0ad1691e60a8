/**
 * Stores repeated texts once. A text that occurred before in its channel and month gets a row in `texts`, and rows of
 * `messages` have its number instead of the text. The messages of a channel are deleted oldest first, so the texts of a
 * month are deleted with its last message. Until then, a text may outlive its messages.
 */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import { RecentMap } from "./recent_map.ts";

/** Number of ids in a month of 30 days. */
export const MONTH_IDS = TICKS * 30 * 24 * 60 * 60 * 1_000;

/** Minimum length in UTF-16 code units. Shorter texts save nothing: a row of `texts` takes 13 bytes beside its text. */
const SHORTEST = 12;
/** Number of remembered texts, a power of two: 4 MB. */
const REMEMBERED = 1 << 19;
const REMEMBERED_MONTHS = 10_000;
/** Instead of a number in `texts`: the text occurred once, and has no row yet. */
const SEEN_ONCE = 0;

/** SQL: whether the row `m` of `messages` has a number. Numbers sort before texts; typeof() takes longer. */
export function isReference(m: string): string {
  return `${m}.text < ''`;
}

/** SQL: `expression` for the row of `texts` to which the row `m` of `messages` refers; null if it is missing. */
export function referred(m: string, expression: string): string {
  return `(
    SELECT ${expression}
    FROM texts
    WHERE channel_id = ${m}.channel_id AND month = ${m}.id / ${MONTH_IDS} AND n = ${m}.text
  )`;
}

/** SQL: the text of the row `m` of `messages`; '' if it is missing. */
export function textOf(m: string): string {
  return `iif(${isReference(m)}, ifnull(${referred(m, "text")}, ''), ${m}.text)`;
}

/**
 * For the writer. Every method runs inside the caller's transaction. The memory is only a hint: the table decides whether
 * a text has a number, so the hint may be wrong after a rollback or a deletion.
 */
export class RepeatedTexts {
  /** Hashes of texts, each in the slot that some of its bits select, where it replaces another; and their numbers. */
  readonly #hashes = new Int32Array(REMEMBERED);
  readonly #numbers = new Int32Array(REMEMBERED);
  /** The last number of a channel's month. */
  readonly #last = new RecentMap<string, number>(REMEMBERED_MONTHS);
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      text: db.prepare("SELECT text FROM texts WHERE channel_id = ? AND month = ? AND n = ?"),
      last: db.prepare("SELECT ifnull(max(n), 0) AS n FROM texts WHERE channel_id = ? AND month = ?"),
      insert: db.prepare("INSERT INTO texts (channel_id, month, n, text) VALUES (?, ?, ?, ?)"),
      remove: db.prepare("DELETE FROM texts WHERE channel_id = ? AND month < ?"),
    };
  }

  /** Clears the cache of numbers. Call it after a rollback. */
  forget(): void {
    this.#last.clear();
  }

  /** The value for `messages.text`: the text or its number. A bigint, because SQLite would store a number as a REAL. */
  store(text: string, channelId: number, id: number): string | bigint {
    if (text.length < SHORTEST) return text;
    const month = monthOf(id);
    const hash = hashOf(text, Math.imul(channelId, 0x9e3779b1) ^ month);
    const at = (hash ^ hash >>> 15) & REMEMBERED - 1;
    if (this.#hashes[at] !== hash) {
      this.#hashes[at] = hash;
      this.#numbers[at] = SEEN_ONCE;
      return text;
    }
    let n = this.#numbers[at]!;
    if (n === SEEN_ONCE || this.#sql.text.get(channelId, month, n)?.text !== text) {
      n = this.#numbers[at] = this.#next(channelId, month);
      this.#sql.insert.run(channelId, month, n, text);
    }
    return BigInt(n);
  }

  /** Removes texts of months before this oldest message of a channel. @param oldest undefined = no messages are left */
  release(channelId: number, oldest: number | undefined): void {
    const month = oldest === undefined ? Number.MAX_SAFE_INTEGER : monthOf(oldest);
    if (this.#sql.remove.run(channelId, month).changes > 0) this.#last.clear();
  }

  #next(channelId: number, month: number): number {
    const key = `${channelId} ${month}`;
    const last = this.#last.get(key) ?? this.#sql.last.get(channelId, month)!.n as number;
    this.#last.set(key, last + 1);
    return last + 1;
  }
}

function monthOf(id: number): number {
  return Math.floor(id / MONTH_IDS);
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
