/** The streams of a channel, from the counts of its minutes. */
import type { DatabaseSync } from "node:sqlite";
import { type ChattersQuery, type Session, SESSION_PAUSE_MINUTES } from "../../statistics.ts";
import { MINUTE_MS } from "../../../clock.ts";

/** Shorter or quieter ones are people who talk while there is no stream. */
const MIN_MINUTES = 10;
const MIN_MESSAGES = 20;
/** Minutes that are read in one step. */
const STEP = 7 * 24 * 60;

const MINUTES = `
  SELECT minute, messages
  FROM channel_minutes
  WHERE channel_id = ? AND minute >= ? AND minute < ?
  ORDER BY minute DESC`;

const NEWEST = `
  SELECT max(minute) AS minute
  FROM channel_minutes
  WHERE channel_id = ?`;

/** Finds the sessions of a channel. */
export class SessionQueries {
  readonly #minutes;
  readonly #newest;

  constructor(db: DatabaseSync) {
    this.#minutes = db.prepare(MINUTES);
    this.#newest = db.prepare(NEWEST);
  }

  /** Reads back from the end of the span until there are enough. */
  sessions({ channelId, from, to }: ChattersQuery, limit: number): Session[] {
    const found: Session[] = [];
    const first = Math.floor(from / MINUTE_MS);
    const newest = this.#newest.get(channelId)!.minute as number | null ?? 0;
    const last = Math.min(Math.ceil(to / MINUTE_MS), newest + 1);
    let current: Session | undefined;
    const close = () => {
      if (current && isStream(current)) found.push(current);
      current = undefined;
    };
    for (let end = last; end > first && found.length < limit; end -= STEP) {
      for (const row of this.#minutes.all(channelId, Math.max(first, end - STEP), end)) {
        const [at, messages] = [row.minute as number * MINUTE_MS, row.messages as number];
        if (current && current.from - at > SESSION_PAUSE_MINUTES * MINUTE_MS) close();
        current ??= { from: at, to: at + MINUTE_MS, messages: 0, busiestAt: at, busiest: 0 };
        current.from = at;
        current.messages += messages;
        // If several are equal, the first one.
        if (messages >= current.busiest) Object.assign(current, { busiest: messages, busiestAt: at });
      }
    }
    close();
    return found.slice(0, limit);
  }
}

function isStream({ from, to, messages }: Session): boolean {
  return to - from > MIN_MINUTES * MINUTE_MS && messages >= MIN_MESSAGES;
}
