/** One reader of Twitch: its connections, and which channel is on which of them. */
import type { ChatEvent } from "../../chat/events.ts";
import { ChannelMembership } from "./membership.ts";
import type { IrcSession } from "./session.ts";
import type { Ending, IrcSessionOptions, IrcSessionSink } from "./session_options.ts";
import { ReconnectingConnection } from "./reconnecting_connection.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { ConnectionStatus, ReaderName } from "../recorder.ts";

/** A line of a channel, and where it was read. */
export interface Heard {
  event: ChatEvent;
  line: string;
  at: number;
  fleet: ConnectionGroup;
  /** The connection. */
  lifeId: number;
  /** It is the ROOMSTATE that confirmed our JOIN. */
  answersJoin: boolean;
  /** The channel is being left there: what was said before is still read, or all that there was to read. */
  leaving?: "reading" | "over";
}

/** Where a reader's lines and news go. Times are monotonic. */
export interface ConnectionGroupSink {
  chat(heard: Heard): void;
  protocol(): void;
  rejected(line: string, why: string, at: number): void;
  joined(login: string, roomId: number, at: number, fleet: ConnectionGroup): void;
  /** The channel is not heard any more on this reader; `heardAt` is when its connection was last alive. */
  lost(login: string, reason: string, heardAt: number, fleet: ConnectionGroup): void;
  /** A connection ended unread while another one heard the channel: from then to then something may be missing. */
  missed(login: string, from: number, to: number, fleet: ConnectionGroup): void;
  /** The channel was left, and what was said before is read, as far as it will ever be. */
  left(login: string, at: number, fleet: ConnectionGroup): void;
  refused(login: string, reason: string): void;
  ended(link: ReconnectingConnection, ending: Ending): void;
  broken(error: unknown): void;
  room(): Promise<void> | undefined;
}

export interface ConnectionGroupOptions extends IrcSessionOptions {
  name: ReaderName;
  channelsPerLink: number;
  /** Shared by all readers. */
  joinPace: RateLimiter;
  loginPace: RateLimiter;
  sink: ConnectionGroupSink;
}

/** After a channel could not be joined on a connection of its own, it is not tried again for so long. */
const MOVE_AGAIN_MS = 600_000;

export class ConnectionGroup implements IrcSessionSink {
  readonly #berths = new Map<string, ChannelMembership>();
  readonly #links = new Set<ReconnectingConnection>();
  #finishing = false;

  constructor(private readonly options: ConnectionGroupOptions) {}

  get name(): ReaderName {
    return this.options.name;
  }

  has(login: string): boolean {
    return this.#berths.has(login);
  }

  berth(login: string): ChannelMembership | undefined {
    return this.#berths.get(login);
  }

  hears(login: string): boolean {
    return this.#berths.get(login)?.state === "joined";
  }

  /** Whether what was said in a channel before it was left is still being read. */
  isReading(login: string): boolean {
    return [...this.#links].some((link) => link.isReading(login));
  }

  /** How many connections a channel's lines come from now. */
  sources(login: string): number {
    return this.#lives().filter((life) => life.isJoined(login) || life.leaving.isReading(login)).length;
  }

  add(login: string): void {
    if (this.#berths.has(login)) return;
    const free = [...this.#links].find((link) =>
      !link.isOwn && link.channels.size < this.options.channelsPerLink
    );
    free?.channels.add(login);
    this.#berths.set(login, new ChannelMembership(free ?? this.#openLink(login), this.#now()));
  }

  remove(login: string): void {
    const berth = this.#berths.get(login);
    if (!berth) return;
    this.#berths.delete(login);
    berth.link.leave(login);
    berth.leaving?.leave(login);
  }

  /** Leaves a channel and joins it again: who is called so may have changed. */
  rejoin(login: string): void {
    if (!this.#berths.has(login)) return;
    this.remove(login);
    this.add(login);
  }

  /** A channel that Twitch confirmed is not to be recorded as what it says it is. */
  refuse(login: string, reason: string): void {
    const berth = this.#berths.get(login);
    if (!berth) return;
    for (const life of this.#lives()) life.leave([login], this.#now() + this.options.timings.drainMs);
    berth.refused("", reason, this.#now());
  }

  /**
   * Gives a busy channel a connection of its own. It is heard on the old one until it has joined on the new one, and what was
   * said on the old one up to then is read.
   */
  isolate(login: string): void {
    const berth = this.#berths.get(login);
    if (!berth || berth.leaving || berth.state !== "joined" || this.#now() < berth.mayMoveAt) return;
    const isAlone = [...berth.link.channels].every((other) =>
      other === login || this.#berths.get(other)?.link !== berth.link
    );
    if (isAlone) return void (berth.link.isOwn = true);
    berth.leaving = berth.link;
    berth.link = this.#openLink(login);
    berth.link.isOwn = true;
  }

  tick(now: number): void {
    for (const link of this.#links) {
      link.tick(now);
      if (link.isOver) this.#links.delete(link);
      else if (!this.#finishing) this.#join(link, now);
    }
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): ConnectionStatus[] {
    return [...this.#links].map((link) => ({ ...link.status(epochOf), reader: this.options.name }));
  }

  /** Leaves every channel, and reads what was said before; it takes `stopMs` at most. {@link tick} brings it on. */
  finish(): void {
    this.#finishing = true;
    const giveUpAt = this.#now() + this.options.timings.stopMs;
    for (const link of this.#links) link.finish(giveUpAt);
  }

  get isOver(): boolean {
    return this.#links.size === 0;
  }

  /** Ends every connection at once. */
  async stop(): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.stop()));
  }

  // --- what the lives tell (Sink) ---

  chat(event: ChatEvent, line: string, at: number, life: IrcSession, answersJoin: boolean): void {
    const { channel } = event;
    const leaving = !life.leaving.has(channel)
      ? undefined
      : life.leaving.isReading(channel)
      ? "reading"
      : "over";
    this.options.sink.chat({ event, line, at, fleet: this, lifeId: life.id, answersJoin, leaving });
  }

  protocol(): void {
    this.options.sink.protocol();
  }

  rejected(line: string, why: string, at: number): void {
    this.options.sink.rejected(line, why, at);
  }

  joined(login: string, roomId: number, at: number): void {
    const berth = this.#berths.get(login);
    if (!berth || this.#finishing) return;
    if (berth.leaving && berth.link.isJoined(login)) {
      berth.leaving.leave(login);
      berth.leaving = undefined;
    }
    berth.joined(at);
    this.options.sink.joined(login, roomId, at, this);
  }

  left(login: string): void {
    if (!this.isReading(login)) this.options.sink.left(login, this.#now(), this);
  }

  refused(login: string, msgId: string, text: string, life: IrcSession): void {
    const berth = this.#berths.get(login);
    const asked = life.asked.get(login);
    // The same NOTICE also answers commands in a channel that is joined, and may come again: then it refuses nothing.
    if (!berth || !asked || asked.joinedAt !== undefined) return;
    life.asked.delete(login);
    if (this.#stay(login, berth)) return;
    berth.refused(msgId, text, this.#now());
    this.options.sink.refused(login, text);
  }

  reconnect(life: IrcSession): void {
    for (const link of this.#links) link.reconnect(life);
  }

  room(): Promise<void> | undefined {
    return this.options.sink.room();
  }

  // --- inside ---

  #now(): number {
    return this.options.clock.monotonicMs();
  }

  #lives(): IrcSession[] {
    return [...this.#links].flatMap((link) => link.lives);
  }

  #openLink(login: string): ReconnectingConnection {
    const link = new ReconnectingConnection({
      ...this.options,
      sink: this,
      mayConnect: (now) => this.options.loginPace.take(1, now) === 1,
      ended: (link, life, ending) => this.#ended(link, life, ending),
      broken: (error) => this.options.sink.broken(error),
    });
    link.channels.add(login);
    this.#links.add(link);
    link.start();
    return link;
  }

  /** Asks for the channels of a link that are to be joined now. */
  #join(link: ReconnectingConnection, now: number): void {
    const life = link.joining;
    if (!life) return;
    const due = [...link.channels].filter((login) => {
      const berth = this.#berths.get(login);
      if (berth?.link !== link) return false;
      const before = berth.state;
      const isDue = berth.isDue(login, life, now, this.options.timings.joinAnswerMs);
      if (berth.state === "refused" && before !== "refused" && !this.#stay(login, berth)) {
        this.options.sink.refused(login, berth.reason!);
      }
      return isDue;
    });
    if (due.length === 0) return;
    const granted = due.slice(0, this.options.joinPace.take(due.length, now));
    if (granted.length > 0) life.join(granted, now);
  }

  /** A channel that cannot be joined on a connection of its own stays where it is heard. */
  #stay(login: string, berth: ChannelMembership): boolean {
    const { leaving: old, link } = berth;
    if (!old?.isJoined(login)) return false;
    berth.link = old;
    berth.leaving = undefined;
    berth.mayMoveAt = this.#now() + MOVE_AGAIN_MS;
    berth.joined(this.#now());
    link.leave(login);
    return true;
  }

  #ended(link: ReconnectingConnection, life: IrcSession, ending: Ending): void {
    if (!ending.isEmpty) this.options.sink.ended(link, ending);
    const others = this.#lives().filter((other) => other !== life);
    for (const login of life.heard()) {
      const elsewhere = others.flatMap((other) => other.asked.get(login)?.joinedAt ?? []);
      if (elsewhere.length > 0) {
        if (!ending.isDrained) this.options.sink.missed(login, ending.heardAt, Math.min(...elsewhere), this);
        continue;
      }
      const berth = this.#berths.get(login);
      if (!berth) {
        if (!this.isReading(login)) this.options.sink.left(login, ending.heardAt, this);
        continue;
      }
      berth.lost(ending.reason, this.#now());
      this.options.sink.lost(login, ending.reason, ending.heardAt, this);
    }
  }
}
