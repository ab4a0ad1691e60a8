/** What one reader missed of what the other had, told by message id. */
import type { ReaderName } from "./recorder.ts";

/** How long the other reader has for the same message. Twitch delivers it to both within a second or so. */
const WAIT_MS = 10_000;
/** Ids that wait; beyond it the oldest are forgotten unjudged. */
const BOUND = 100_000;
/** Longer ids, in characters, are not Twitch's, and would fill the memory. */
const MAX_ID = 64;

interface Waiting {
  login: string;
  by: ReaderName;
  at: number;
}

export class ReaderComparison {
  /** By room and message id, the oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #missed = new Map<string, Record<ReaderName, number>>();

  /** A reader had this message at `now` (monotonic). Only to be told while both hear the channel. */
  heard(uuid: string, login: string, by: ReaderName, now: number): void {
    if (uuid.length > MAX_ID) return;
    const key = `${login} ${uuid}`;
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.by !== by) this.#waiting.delete(key);
    else if (!waiting) this.#waiting.set(key, { login, by, at: now });
    if (this.#waiting.size > BOUND) this.#waiting.delete(this.#waiting.keys().next().value!);
  }

  /** Judges what has waited long enough. */
  settle(now: number): void {
    for (const [key, { login, by, at }] of this.#waiting) {
      if (now - at < WAIT_MS) return;
      this.#waiting.delete(key);
      const missed = this.of(login);
      missed[by === "first" ? "second" : "first"]++;
      this.#missed.set(login, missed);
    }
  }

  /** How many messages of the channel each reader missed since the start. */
  of(login: string): Record<ReaderName, number> {
    return this.#missed.get(login) ?? { first: 0, second: 0 };
  }

  /** What waits of a channel is not judged: a reader has left it. */
  forget(login: string): void {
    for (const [key, waiting] of this.#waiting) if (waiting.login === login) this.#waiting.delete(key);
  }
}
