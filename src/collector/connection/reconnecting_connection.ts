/** Keeping a connection alive: one session after the other, and over a RECONNECT two at once. */
import { Backoff } from "./backoff.ts";
import { IrcSession } from "./session.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { Ending, IrcSessionOptions, IrcSessionSink } from "./session_options.ts";
import type { CollectorLog } from "../log.ts";
import type { ConnectionStatus } from "../recorder.ts";

/** What is read at most of a connection when the program ends, in characters. */
const STOP_CHARS = 64 * 1024 * 1024;

export interface ReconnectingConnectionSink extends IrcSessionSink {
  /** A session ended: its channels are not heard any more, unless another session hears them. */
  ended(session: IrcSession, ending: Ending): void;
}

export interface ReconnectingConnectionOptions extends IrcSessionOptions {
  sink: ReconnectingConnectionSink;
  loginLimiter: RateLimiter;
  log: CollectorLog;
}

let lastConnectionId = 0;

export class ReconnectingConnection {
  readonly id = ++lastConnectionId;
  /** Logins of the channels that this connection is to record. */
  readonly channels = new Set<string>();
  /** It is there for one busy channel alone. */
  isDedicated = false;
  #current: IrcSession | undefined;
  /** The new connection while a RECONNECT is obeyed. */
  #next: IrcSession | undefined;
  #reconnecting = false;
  #handoverAt = 0;
  /** While the old connection is read to the end: the PING that tells, and when it is left in any case. */
  #lastMark: { mark: number; giveUpAt: number } | undefined;
  /** When to begin the next session. */
  #connectAt: number | undefined;
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
    this.#connectAt = -Infinity;
    this.tick(this.#now());
  }

  /** Leaves every channel, reads what was said before, and ends; at `giveUpAt` in any case. */
  finish(giveUpAt: number): void {
    this.#stopped = true;
    this.#connectAt = undefined;
    this.#reconnecting = false;
    this.channels.clear();
    for (const session of this.sessions) {
      session.limit(STOP_CHARS);
      session.leave([...session.joins.keys()], giveUpAt);
    }
    this.tick(this.#now());
  }

  /** Ends every session and waits until the sockets are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#connectAt = undefined;
    for (const session of this.sessions) session.end("stopped", { isEmpty: true });
    await Promise.all(this.#running);
  }

  /** The present session, and over a RECONNECT the next one. */
  get sessions(): IrcSession[] {
    return [this.#current, this.#next].filter((session) => session !== undefined);
  }

  /** It has neither channels nor a connection: nothing comes of it any more. */
  get isOver(): boolean {
    return this.channels.size === 0 && this.#running.size === 0;
  }

  /** The session on which channels are to be joined now, if any is open. */
  get joining(): IrcSession | undefined {
    const session = this.#next ?? this.#current;
    return session?.open ? session : undefined;
  }

  isJoined(login: string): boolean {
    return this.sessions.some((session) => session.isJoined(login));
  }

  /** Whether what was said in a channel before it was left is still being read. */
  isReading(login: string): boolean {
    return this.sessions.some((session) => session.leaving.isReading(login));
  }

  /** Leaves a channel; see {@link IrcSession.leave}. */
  leave(login: string): void {
    this.channels.delete(login);
    const giveUpAt = this.#now() + this.options.timings.drainMs;
    for (const session of this.sessions) session.leave([login], giveUpAt);
  }

  /**
   * Opens the next connection as soon as a login may be sent: Twitch has asked for it. The old one is left when the new one has joined all
   * that the old one had, and all that was said there till then is read.
   */
  reconnect(session: IrcSession): void {
    if (session !== this.#current || this.#next || this.#stopped) return;
    this.#handoverAt = this.#now();
    this.#reconnecting = true;
    this.tick(this.#handoverAt);
  }

  /** Begins the session whose time has come, and ends one that is read to the end, or takes too long. */
  tick(now: number): void {
    for (const session of this.sessions) session.leaving.tick(now);
    if (this.channels.size === 0) return this.#endEmpty();
    if (this.#connectAt !== undefined && now >= this.#connectAt && this.#mayLogIn(now)) {
      this.#connectAt = undefined;
      this.#current = this.#connect();
    }
    if (this.#reconnecting && this.#current && this.#mayLogIn(now)) {
      this.#reconnecting = false;
      this.#next = this.#connect();
    }
    if (this.#next && this.#current) this.#handOver(this.#current, this.#next, now);
  }

  /** No channel is to be recorded here: each connection ends when what was said there is read. */
  #endEmpty(): void {
    this.#connectAt = undefined;
    for (const session of this.sessions) {
      const { isDrained, unread } = session.leaving;
      if (unread.length === 0) session.end("no channel is left on it", { isEmpty: true, isDrained });
    }
  }

  #handOver(old: IrcSession, next: IrcSession, now: number): void {
    const { drainMs, handoverMs } = this.options.timings;
    const ready = next.open &&
      [...old.joins.keys()].every((login) =>
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

  /** Whether one more login may be sent now; if so, it is counted as sent. */
  #mayLogIn(now: number): boolean {
    return this.options.loginLimiter.take(1, now) === 1;
  }

  #connect(): IrcSession {
    const session = new IrcSession(this.options, this.options.sink, (session) => {
      if (session === this.#current) this.#status = { state: "open", since: this.#now() };
    });
    if (!this.#current) {
      this.#status = { ...this.#status, state: "connecting", since: this.#now(), nextTryAt: undefined };
    }
    const running = session.run().catch((error): Ending => {
      this.options.log.error("connection failed by a bug: {error}", { error });
      return {
        reason: "an internal error (see the log)",
        permanent: false,
        isEmpty: false,
        isDrained: false,
        durationMs: 0,
        heardAt: this.#now(),
      };
    }).then((ending) => this.#ended(session, ending)).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return session;
  }

  #ended(session: IrcSession, ending: Ending): void {
    const { sink, log } = this.options;
    const { reason, permanent } = ending;
    if (!ending.isEmpty) {
      log.warn("connection {connection} ended: {reason}", { connection: this.id, reason, permanent });
    }
    this.#lastMark = undefined;
    if (session === this.#next) {
      // The new connection failed before the old one was left: the old one's end will bring the next try.
      this.#next = undefined;
      return sink.ended(session, ending);
    }
    this.#current = this.#next;
    this.#next = undefined;
    this.#reconnecting = false;
    sink.ended(session, ending);
    if (this.#stopped) return;
    if (this.#current) {
      return void (this.#status = { state: "open", since: this.#now(), reason });
    }
    if (ending.isEmpty || this.channels.size === 0) {
      // A channel may be added before `tick` removes this connection. Then it connects at once: nothing failed.
      this.#status = { state: "idle", since: this.#now() };
      this.#connectAt = -Infinity;
      return;
    }
    if (permanent) {
      this.#status = { state: "refused", since: this.#now(), reason };
      return;
    }
    this.#backoff.connected(ending.durationMs);
    const delayMs = this.#backoff.next();
    const now = this.#now();
    this.#status = { state: "waiting", since: now, reason, nextTryAt: now + delayMs };
    this.#connectAt = now + delayMs;
  }
}
