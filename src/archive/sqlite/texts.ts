/**
 * Texts that come again: much of chat is the same few lines. A text that was said before in its channel and month
 * stands once in `texts`, and rows of `messages` have its number there in the place of the text. As months of a channel
 * are let go of oldest first, a text goes with the last message of its month; until then it may outlive the messages
 * that said it.
 */
import type { DatabaseSync } from "node:sqlite";
import { TICKS } from "../../chat/ids.ts";
import { RecentMap } from "./recent_map.ts";

/** A month: so many ids, which is 30 days. */
export const MONTH_IDS = TICKS * 30 * 24 * 60 * 60 * 1_000;

/** Shorter texts would save nothing, as a row of `texts` takes 13 bytes beside its text. In UTF-16 code units. */
const SHORTEST = 12;
/** Longer ones are none of Twitch's, and bounds the memory. */
const LONGEST = 500;
/** Texts of which the number is remembered: 20 MB at the worst. One that was forgotten is put there again. */
const REMEMBERED = 20_000;
const REMEMBERED_MONTHS = 10_000;
/** A power of two: of so many texts it is remembered that they were said. */
const SEEN = 1 << 18;

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

/** For the writer: everything here runs inside the caller's transaction. */
export class Texts {
  /** By channel, month and text. */
  readonly #numbers = new RecentMap<string, number>(REMEMBERED);
  /** The last number of a channel's month. */
  readonly #last = new RecentMap<string, number>(REMEMBERED_MONTHS);
  /** Hashes of what was said, each at the place that its low bits name, where it replaces another. */
  readonly #seen = new Int32Array(SEEN);
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      last: db.prepare("SELECT ifnull(max(n), 0) AS n FROM texts WHERE channel_id = ? AND month = ?"),
      insert: db.prepare("INSERT INTO texts (channel_id, month, n, text) VALUES (?, ?, ?, ?)"),
      remove: db.prepare("DELETE FROM texts WHERE channel_id = ? AND month < ?"),
    };
  }

  /** Forgets what a transaction that was rolled back had made. That something was seen may be wrong without harm. */
  forget(): void {
    this.#numbers.clear();
    this.#last.clear();
  }

  /** What a row of `messages` has in the place of the text. A bigint, since a number would be kept as a real one. */
  store(text: string, channelId: number, id: number): string | bigint {
    if (text.length < SHORTEST || text.length > LONGEST) return text;
    const month = monthOf(id);
    if (!this.#wasSeen(text, channelId, month)) return text;
    // Joined, it keeps nothing of the line that the text was cut from.
    const key = [channelId, month, text].join(" ");
    let n = this.#numbers.get(key);
    if (n === undefined) {
      n = this.#next(channelId, month);
      this.#sql.insert.run(channelId, month, n, text);
      this.#numbers.set(key, n);
    }
    return BigInt(n);
  }

  /** Removes the texts of a channel of which the oldest message has this id; undefined = it has none any more. */
  release(channelId: number, oldest: number | undefined): void {
    const month = oldest === undefined ? Number.MAX_SAFE_INTEGER : monthOf(oldest);
    if (this.#sql.remove.run(channelId, month).changes > 0) this.forget();
  }

  /** Whether the text was said in that month, as far as is remembered; from now on it was. */
  #wasSeen(text: string, channelId: number, month: number): boolean {
    let hash = Math.imul(channelId, 0x9e3779b1) ^ month;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    const at = (hash ^ hash >>> 15) & SEEN - 1;
    const seen = this.#seen[at] === hash;
    this.#seen[at] = hash;
    return seen;
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
