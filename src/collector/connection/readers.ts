/** The two readers of Twitch: the first one joins every channel, and the second one some of them again, anonymously. */
import type { ConnectionStatus, SessionCounts } from "../recorder.ts";
import { ConnectionGroup } from "./connection_group.ts";
import type { ChannelLineSink, ChannelSink, ConnectionGroupOptions } from "./connection_group_options.ts";
import type { ChannelMembership } from "./membership.ts";
import { RateLimiter } from "./rate_limiter.ts";

const LOGINS_PER_10S = 20;

export interface ReadersOptions extends
  Omit<
    ConnectionGroupOptions,
    "name" | "joinLimiter" | "loginLimiter" | "sessionCounts" | "lines" | "channels"
  > {
  joinsPer10s: number;
  /** The channels that the second reader joins. */
  secondReader: "all" | readonly string[];
}

export class Readers {
  readonly #options: ReadersOptions;
  #first!: ConnectionGroup;
  #second!: ConnectionGroup;
  readonly #limiters;
  readonly #sessions = { opened: 0, lost: 0 };

  /** Call {@link start} before anything else. */
  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#limiters = { join: new RateLimiter(options.joinsPer10s), login: new RateLimiter(LOGINS_PER_10S) };
  }

  /** Sets the receiver of the lines and the events of channels. */
  start(lines: ChannelLineSink, channels: ChannelSink): void {
    const { credentials, joinsPer10s: _joins, secondReader: _second, ...options } = this.#options;
    const shared = {
      ...options,
      lines,
      channels,
      joinLimiter: this.#limiters.join,
      loginLimiter: this.#limiters.login,
      sessionCounts: this.#sessions,
    };
    this.#first = new ConnectionGroup({ ...shared, name: "first", credentials });
    this.#second = new ConnectionGroup({ ...shared, name: "second" });
  }

  join(login: string): void {
    const { secondReader } = this.#options;
    this.#first.add(login);
    if (secondReader === "all" || secondReader.includes(login)) this.#second.add(login);
  }

  leave(login: string): void {
    for (const reader of this.#both) reader.remove(login);
  }

  /** Leaves a channel and joins it again on each reader that hears it, except on `joinedOn`. */
  rejoin(login: string, joinedOn?: ConnectionGroup): void {
    for (const reader of this.#both) if (reader.hears(login) && reader !== joinedOn) reader.rejoin(login);
  }

  /** Leaves a channel and treats it as refused. @param reason a sentence for users */
  refuse(login: string, reason: string): void {
    for (const reader of this.#both) reader.refuse(login, reason);
  }

  /** Gives a busy channel a connection of its own. */
  isolate(login: string): void {
    this.#first.isolate(login);
  }

  /** Whether both readers hear the channel. */
  bothHear(login: string): boolean {
    return this.#first.hears(login) && this.#second.hears(login);
  }

  /** Whether the last lines of a channel that was left are still being read. */
  isReading(login: string): boolean {
    return this.#both.some((reader) => reader.isReading(login));
  }

  /** The number of connections that lines of the channel come from. */
  sources(login: string): number {
    return this.#first.sources(login) + this.#second.sources(login);
  }

  /** The memberships of a channel that was joined. */
  memberships(login: string): { first: ChannelMembership; second?: ChannelMembership } {
    return { first: this.#first.membership(login)!, second: this.#second.membership(login) };
  }

  /** Call it several times a second. @param now monotonic */
  tick(now: number): void {
    for (const reader of this.#both) reader.tick(now);
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): ConnectionStatus[] {
    return this.#both.flatMap((reader) => reader.status(epochOf));
  }

  /** Counts since the start. */
  get sessionCounts(): SessionCounts {
    const { join, login } = this.#limiters;
    return { ...this.#sessions, joinWaits: join.waits, loginWaits: login.waits };
  }

  /** Whether a connection is open. */
  get isConnected(): boolean {
    return this.status((ms) => ms).some(({ state }) => state === "open");
  }

  /** Leaves every channel and reads the lines before the PART, for `stopMs` at most. {@link tick} continues it. */
  finish(): void {
    for (const reader of this.#both) reader.finish();
  }

  /** Whether every connection has ended. */
  get isOver(): boolean {
    return this.#both.every((reader) => reader.isOver);
  }

  /** Ends every connection at once. */
  async stop(): Promise<void> {
    await Promise.all(this.#both.map((reader) => reader.stop()));
  }

  get #both(): readonly ConnectionGroup[] {
    return [this.#first, this.#second];
  }
}
