/**
 * Texts that come again: much of chat is the same few lines. A text that was said before in its channel and month
 * stands once in `texts`, and rows of `messages` have its number there in the place of the text. As months of a channel
 * are let go of oldest first, a text goes with the last message of its month; until then it may outlive the messages
 * that said it.
 */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../../chat/ids.ts";
import { RecentMap } from "./recent_map.ts";

/** A month: so many ids, which is 30 days. */
export const MONTH_IDS = TICKS * 30 * 24 * 60 * 60 * 1_000;

/** Shorter texts would save nothing, as a row of `texts` takes 13 bytes beside its text. In UTF-16 code units. */
const SHORTEST = 12;
/** A power of two: of so many texts it is remembered that they were said, in 4 MB. */
const REMEMBERED = 1 << 19;
const REMEMBERED_MONTHS = 10_000;
/** In place of a number in `texts`: it was said, and is not there yet. */
const SAID = 0;

/** Whether a row of `messages` that is called so has a number: those come before all texts (typeof() takes longer). */
export function isReference(m: string): string {
  return `${m}.text < ''`;
}

/** What `expression` says of the row of `texts` to which the row of `messages` refers; null where there is none. */
export function referred(m: string, expression: string): string {
  return `(
    SELECT ${expression}
    FROM texts
    WHERE channel_id = ${m}.channel_id AND month = ${m}.id / ${MONTH_IDS} AND n = ${m}.text
  )`;
}

/** The text of a row of `messages`; '' where it is missing. */
export function textOf(m: string): string {
  return `iif(${isReference(m)}, ifnull(${referred(m, "text")}, ''), ${m}.text)`;
}

/**
 * For the writer: everything here runs inside the caller's transaction. What is remembered only says where to look:
 * whether a text has a number is decided by the table, whatever was rolled back or removed meanwhile.
 */
export class RepeatedTexts {
  /** Hashes of texts, each at the place that some of its bits name, where it replaces another; and their numbers. */
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

  /** Forgets what a transaction that was rolled back had made. */
  forget(): void {
    this.#last.clear();
  }

  /** What a row of `messages` has in the place of the text. A bigint, since a number would be kept as a real one. */
  store(text: string, channelId: number, id: number): string | bigint {
    if (text.length < SHORTEST) return text;
    const month = monthOf(id);
    const hash = hashOf(text, Math.imul(channelId, 0x9e3779b1) ^ month);
    const at = (hash ^ hash >>> 15) & REMEMBERED - 1;
    if (this.#hashes[at] !== hash) {
      this.#hashes[at] = hash;
      this.#numbers[at] = SAID;
      return text;
    }
    let n = this.#numbers[at]!;
    if (n === SAID || this.#sql.text.get(channelId, month, n)?.text !== text) {
      n = this.#numbers[at] = this.#next(channelId, month);
      this.#sql.insert.run(channelId, month, n, text);
    }
    return BigInt(n);
  }

  /** Removes the texts of a channel of which the oldest message has this id; undefined = it has none any more. */
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
