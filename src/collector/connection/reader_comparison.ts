/** Counts the messages that one reader received and the other missed, by message id. */
import type { ReaderName } from "../recorder.ts";

/** How long to wait for the other reader. Twitch delivers a message to both within about a second. */
const WAIT_MS = 10_000;
/** The largest number of waiting ids. Beyond it, the oldest are dropped without a result. */
const BOUND = 100_000;
/** The longest id, in characters. Twitch's ids are shorter; longer ones would fill the memory. */
const MAX_ID = 64;

interface Waiting {
  login: string;
  by: ReaderName;
  at: number;
}

export class ReaderComparison {
  /** By login and message id, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #missed = new Map<string, Record<ReaderName, number>>();

  /** A reader received this message at `now` (monotonic). Call it only while both readers hear the channel. */
  heard(uuid: string, login: string, by: ReaderName, now: number): void {
    if (uuid.length > MAX_ID) return;
    const key = `${login} ${uuid}`;
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.by !== by) this.#waiting.delete(key);
    else if (!waiting) this.#waiting.set(key, { login, by, at: now });
    if (this.#waiting.size > BOUND) this.#waiting.delete(this.#waiting.keys().next().value!);
  }

  /** Counts messages that have waited for {@link WAIT_MS} as missed. */
  settle(now: number): void {
    for (const [key, { login, by, at }] of this.#waiting) {
      if (now - at < WAIT_MS) return;
      this.#waiting.delete(key);
      const missed = this.of(login);
      missed[by === "first" ? "second" : "first"]++;
      this.#missed.set(login, missed);
    }
  }

  /** The number of the channel's messages that each reader missed since the start. */
  of(login: string): Record<ReaderName, number> {
    return this.#missed.get(login) ?? { first: 0, second: 0 };
  }

  /** Drops the waiting messages of a channel, because a reader has left it. */
  forget(login: string): void {
    for (const [key, waiting] of this.#waiting) if (waiting.login === login) this.#waiting.delete(key);
  }
}
