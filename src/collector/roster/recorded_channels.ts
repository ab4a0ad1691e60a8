/** The table of recorded channels, by login: those to be recorded, and those that are being left. */
import type { Channel } from "../../archive/channel.ts";
import type { ArchiveWriter } from "../../archive/writer.ts";
import { RateMeter } from "./rate_meter.ts";

/** A recorded channel. Times are monotonic. */
export interface RecordedChannel {
  channel: Channel;
  rate: RateMeter;
  /** While the channel is being left: when that began, or when its last line arrived. */
  leftAt?: number;
  /** When the channel was added again while it was being left. */
  wantedAt?: number;
}

export class RecordedChannels implements Iterable<[login: string, RecordedChannel]> {
  readonly #wanted = new Map<string, RecordedChannel>();
  /** Lines from before the PART are still read and stored. */
  readonly #leaving = new Map<string, RecordedChannel>();

  /** The channels to be recorded. */
  [Symbol.iterator](): Iterator<[login: string, RecordedChannel]> {
    return this.#wanted.entries();
  }

  /** The channel if it is to be recorded. */
  wanted(login: string): RecordedChannel | undefined {
    return this.#wanted.get(login);
  }

  /** The channel if its lines are stored, which is also the case while it is being left. */
  get(login: string): RecordedChannel | undefined {
    return this.#wanted.get(login) ?? this.#leaving.get(login);
  }

  /** Adds a channel that is not wanted yet. If it is being left, its state stays. */
  add(channel: Channel): RecordedChannel {
    const { login } = channel;
    const recorded = this.#leaving.get(login) ?? { channel, rate: new RateMeter() };
    recorded.channel = channel;
    this.#leaving.delete(login);
    this.#wanted.set(login, recorded);
    return recorded;
  }

  remove(login: string): void {
    this.#wanted.delete(login);
    this.#leaving.delete(login);
  }

  /** The channel is being left since this moment. */
  leave(login: string, recorded: RecordedChannel, now: number): void {
    this.#wanted.delete(login);
    this.#leaving.set(login, recorded);
    recorded.leftAt = now;
  }

  /** The channel has been left. If it was added again, it stays wanted. */
  left(login: string, recorded: RecordedChannel): void {
    this.#leaving.delete(login);
    recorded.leftAt = recorded.wantedAt = undefined;
  }

  /**
   * Another archive file is in use now. It may not have the channels: then they are created.
   * @param now epoch milliseconds
   * @returns from a channel's id in the old file to its id in the new one
   */
  moveTo(writer: ArchiveWriter, now: number): Map<number, number> {
    const ids = new Map<number, number>();
    const moved = [...this.#wanted, ...this.#leaving].map(([login, recorded]) =>
      [recorded, writer.createChannel(login, now)] as const
    );
    for (const [recorded, channel] of moved) {
      ids.set(recorded.channel.id, channel.id);
      recorded.channel = channel;
    }
    return ids;
  }
}
