/** The last stream of each channel, read a few channels at a time beside other calls, and kept. */
import type { Channel } from "../../src/archive/channel.ts";
import { type Session, SESSION_PAUSE_MINUTES } from "../../src/archive/statistics.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";

/** Days before a channel's last message in which a stream is looked for. */
const DAYS = 14;
/** A stream that continues is read again after this time. */
const FRESH_MS = 5 * MINUTE_MS;
/** Channels that are read beside one page: with many channels, the others follow with the next ones. */
const AT_ONCE = 20;

interface Known {
  /** When it was read, and the channel's last message then. */
  readAt: number;
  lastAt: number;
  session: Session | undefined;
}

export class LastStreams {
  readonly #known = new Map<number, Known>();

  /** The channels to read now, the ones that were written in last first. @param now epoch milliseconds */
  due(channels: readonly Channel[], now: number): Channel[] {
    const ids = new Set(channels.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    return channels.filter(({ id, lastAt }) => {
      const known = this.#known.get(id);
      return lastAt !== undefined && (!known || known.lastAt !== lastAt && now - known.readAt >= FRESH_MS);
    }).sort((a, b) => b.lastAt! - a.lastAt!).slice(0, AT_ONCE);
  }

  /** Keeps the answers of {@link sessionsCall} for these channels. */
  learn(channels: readonly Channel[], answers: readonly Session[][], now: number): void {
    for (const [i, { id, lastAt }] of channels.entries()) {
      this.#known.set(id, { readAt: now, lastAt: lastAt!, session: answers[i]![0] });
    }
  }

  /** Undefined if there is none, or it was not read yet. */
  of(channelId: number): Session | undefined {
    return this.#known.get(channelId)?.session;
  }
}

/** Asks for the last stream of a channel with messages. */
export function sessionsCall({ id, lastAt }: Channel) {
  return ["sessions", { channelId: id, from: lastAt! - DAYS * DAY_MS, to: lastAt! + 1 }, 1] as const;
}

/** Whether people may write on in it. */
export function continues({ to }: Session, now: number): boolean {
  return now - to < SESSION_PAUSE_MINUTES * MINUTE_MS;
}
