/** Keeping a connection alive: one life after the other, and over a RECONNECT two at once. */
import { Backoff } from "./backoff.ts";
import { IrcSession } from "./session.ts";
import type { Ending, IrcSessionOptions, IrcSessionSink } from "./session_options.ts";
import type { ConnectionStatus } from "../recorder.ts";

/** What is read at most of a connection when the program ends, in characters. */
const STOP_CHARS = 64 * 1024 * 1024;

export interface ReconnectingConnectionOptions extends IrcSessionOptions {
  sink: IrcSessionSink;
  /** Whether one more login may be sent now; it is counted as sent. */
  mayConnect: (now: number) => boolean;
  /** A life ended: what it heard is not heard any more, unless another one hears it, too. */
  ended: (link: ReconnectingConnection, life: IrcSession, ending: Ending) => void;
  /** A bug of ours ended a life. */
  broken: (error: unknown) => void;
}

let lastLinkId = 0;

export class ReconnectingConnection {
  readonly id = ++lastLinkId;
  /** Logins of the channels that this link is to record. */
  readonly channels = new Set<string>();
  /** It is there for one busy channel alone. */
  isOwn = false;
  #current: IrcSession | undefined;
  /** The new connection while a RECONNECT is obeyed. */
  #next: IrcSession | undefined;
  #reconnecting = false;
  #handoverAt = 0;
  /** While the old connection is read to the end: the PING that tells, and when it is left in any case. */
  #lastMark: { mark: number; giveUpAt: number } | undefined;
  /** When to begin the next life. */
  #beginAt: number | undefined;
  #stopped = false;
  readonly #running = new Set<Promise<void>>();
  readonly #backoff: Backoff;
  /** Its times are monotonic. */
  #status: Pick<ConnectionStatus, "state" | "since" | "reason" | "nextTryAt">;

  constructor(private readonly options: ReconnectingConnectionOptions) {
    this.#backoff = new Backoff(options.timings.retryMs);
    this.#status = { state: "idle", since: this.#now() };
  }

  start(): void {
    this.#beginAt = -Infinity;
    this.tick(this.#now());
  }

  /** Leaves every channel, reads what was said before, and ends; at `giveUpAt` in any case. */
  finish(giveUpAt: number): void {
    this.#stopped = true;
    this.#beginAt = undefined;
    this.#reconnecting = false;
    this.channels.clear();
    for (const life of this.lives) {
      life.limit(STOP_CHARS);
      life.leave([...life.asked.keys()], giveUpAt);
    }
    this.tick(this.#now());
  }

  /** Ends every life and waits until the sockets are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#beginAt = undefined;
    for (const life of this.lives) life.end("stopped", { isEmpty: true });
    await Promise.all(this.#running);
  }

  /** The present life, and over a RECONNECT the next one. */
  get lives(): IrcSession[] {
    return [this.#current, this.#next].filter((life) => life !== undefined);
  }

  /** It has neither channels nor a connection: nothing comes of it any more. */
  get isOver(): boolean {
    return this.channels.size === 0 && this.#running.size === 0;
  }

  /** The life on which channels are to be joined now, if any is open. */
  get joining(): IrcSession | undefined {
    const life = this.#next ?? this.#current;
    return life?.open ? life : undefined;
  }

  isJoined(login: string): boolean {
    return this.lives.some((life) => life.isJoined(login));
  }

  /** Whether what was said in a channel before it was left is still being read. */
  isReading(login: string): boolean {
    return this.lives.some((life) => life.leaving.isReading(login));
  }

  /** Leaves a channel; see {@link IrcSession.leave}. */
  leave(login: string): void {
    this.channels.delete(login);
    const giveUpAt = this.#now() + this.options.timings.drainMs;
    for (const life of this.lives) life.leave([login], giveUpAt);
  }

  /**
   * Opens the next connection as soon as a login may be sent: Twitch has asked for it. The old one is left when the new one has joined all
   * that the old one had, and all that was said there till then is read.
   */
  reconnect(life: IrcSession): void {
    if (life !== this.#current || this.#next || this.#stopped) return;
    this.#handoverAt = this.#now();
    this.#reconnecting = true;
    this.tick(this.#handoverAt);
  }

  /** Begins the life whose time has come, and ends one that is read to the end, or takes too long. */
  tick(now: number): void {
    for (const life of this.lives) life.leaving.tick(now);
    if (this.channels.size === 0) return this.#endEmpty();
    if (this.#beginAt !== undefined && now >= this.#beginAt && this.options.mayConnect(now)) {
      this.#beginAt = undefined;
      this.#current = this.#begin();
    }
    if (this.#reconnecting && this.#current && this.options.mayConnect(now)) {
      this.#reconnecting = false;
      this.#next = this.#begin();
    }
    if (this.#next && this.#current) this.#handOver(this.#current, this.#next, now);
  }

  /** No channel is to be recorded here: each connection ends when what was said there is read. */
  #endEmpty(): void {
    this.#beginAt = undefined;
    for (const life of this.lives) {
      const { isDrained, unread } = life.leaving;
      if (unread.length === 0) life.end("no channel is left on it", { isEmpty: true, isDrained });
    }
  }

  #handOver(old: IrcSession, next: IrcSession, now: number): void {
    const { drainMs, handoverMs } = this.options.timings;
    const ready = next.open &&
      [...old.asked.keys()].every((login) =>
        !old.isJoined(login) || !this.channels.has(login) || next.isJoined(login)
      );
    if (ready || now - this.#handoverAt > handoverMs) {
      // What was said before the new one had joined may still be on its way on the old one.
      this.#lastMark ??= { mark: old.leaving.mark(), giveUpAt: now + drainMs };
    }
    if (!this.#lastMark) return;
    const isDrained = old.leaving.isRead(this.#lastMark.mark);
    if (isDrained || now > this.#lastMark.giveUpAt) old.end("Twitch asked us to reconnect", { isDrained });
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): Omit<ConnectionStatus, "reader"> {
    const state = this.#current?.open || this.#next?.open ? "open" : this.#status.state;
    const { since, nextTryAt } = this.#status;
    return {
      id: this.id,
      ...this.#status,
      state,
      since: epochOf(since),
      nextTryAt: nextTryAt === undefined ? undefined : epochOf(nextTryAt),
      channels: this.channels.size,
    };
  }

  #now(): number {
    return this.options.clock.monotonicMs();
  }

  #begin(): IrcSession {
    const life = new IrcSession(this.options, this.options.sink, (life) => {
      if (life === this.#current) this.#status = { state: "open", since: this.#now() };
    });
    if (!this.#current) {
      this.#status = { ...this.#status, state: "connecting", since: this.#now(), nextTryAt: undefined };
    }
    const running = life.run().catch((error): Ending => {
      this.options.broken(error);
      return {
        reason: "an internal error (see the log)",
        permanent: false,
        isEmpty: false,
        isDrained: false,
        livedMs: 0,
        heardAt: this.#now(),
      };
    }).then((ending) => this.#ended(life, ending)).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return life;
  }

  #ended(life: IrcSession, ending: Ending): void {
    this.#lastMark = undefined;
    if (life === this.#next) {
      // The new connection failed before the old one was left: the old one's end will bring the next try.
      this.#next = undefined;
      return this.options.ended(this, life, ending);
    }
    this.#current = this.#next;
    this.#next = undefined;
    this.#reconnecting = false;
    this.options.ended(this, life, ending);
    if (this.#stopped || this.channels.size === 0) return;
    if (this.#current) {
      return void (this.#status = { state: "open", since: this.#now(), reason: ending.reason });
    }
    if (ending.permanent) {
      this.#status = { state: "refused", since: this.#now(), reason: ending.reason };
      return;
    }
    this.#backoff.lived(ending.livedMs);
    const delayMs = this.#backoff.next();
    const now = this.#now();
    this.#status = { state: "waiting", since: now, reason: ending.reason, nextTryAt: now + delayMs };
    this.#beginAt = now + delayMs;
  }
}
