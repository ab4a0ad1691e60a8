/** A connection that survives its sessions: it opens one after the other, and during a RECONNECT two at once. */
import { Backoff } from "./backoff.ts";
import { IrcSession } from "./session.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { Ending, IrcSessionOptions, IrcSessionSink } from "./session_options.ts";
import type { CollectorLog } from "../log.ts";
import type { ConnectionStatus, SessionCounts } from "../recorder.ts";

/** When the program ends, at most this many characters of a session are read. */
const STOP_CHARS = 64 * 1024 * 1024;

export interface ReconnectingConnectionSink extends IrcSessionSink {
  /** A session ended: its channels are not heard any more, unless another session hears them. */
  ended(session: IrcSession, ending: Ending): void;
}

export interface ReconnectingConnectionOptions extends IrcSessionOptions {
  sink: ReconnectingConnectionSink;
  loginLimiter: RateLimiter;
  /** Counts of all connections. */
  sessionCounts: Pick<SessionCounts, "opened" | "lost">;
  log: CollectorLog;
}

let lastConnectionId = 0;

export class ReconnectingConnection {
  readonly id = ++lastConnectionId;
  /** Logins of the channels that this connection is to record. */
  readonly channels = new Set<string>();
  /** Whether it is reserved for one busy channel. */
  isDedicated = false;
  #current: IrcSession | undefined;
  /** The new session during a RECONNECT. */
  #next: IrcSession | undefined;
  #reconnecting = false;
  #handoverAt = 0;
  /** While the old session is read to its end: the PING that shows the end, and the time limit. */
  #lastMark: { mark: number; giveUpAt: number } | undefined;
  /** When to open the next session. */
  #connectAt: number | undefined;
  #stopped = false;
  readonly #running = new Set<Promise<void>>();
  readonly #backoff: Backoff;
  /** With monotonic times. */
  #status: Pick<ConnectionStatus, "state" | "since" | "reason" | "nextTryAt">;

  constructor(private readonly options: ReconnectingConnectionOptions) {
    this.#backoff = new Backoff(options.timings.retryMs);
    this.#status = { state: "idle", since: this.#now() };
  }

  start(): void {
    this.#connectAt = -Infinity;
    this.tick(this.#now());
  }

  /** Leaves every channel, reads the lines from before the PART, and ends, at `giveUpAt` at the latest. */
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

  /** The present session, and during a RECONNECT the next one. */
  get sessions(): IrcSession[] {
    return [this.#current, this.#next].filter((session) => session !== undefined);
  }

  /** It has neither channels nor a session, and can be dropped. */
  get isOver(): boolean {
    return this.channels.size === 0 && this.#running.size === 0;
  }

  /** The session that new JOINs are sent on, if it is open. */
  get sessionForJoins(): IrcSession | undefined {
    const session = this.#next ?? this.#current;
    return session?.open ? session : undefined;
  }

  isJoined(login: string): boolean {
    return this.sessions.some((session) => session.isJoined(login));
  }

  /** Whether the last lines of a channel that was left are still being read. */
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
   * Twitch asked for a RECONNECT: opens the next session as soon as a login may be sent. The old one ends when the new one
   * has joined all its channels, and its lines from before that are read.
   */
  reconnect(session: IrcSession): void {
    if (session !== this.#current || this.#next || this.#stopped) return;
    this.#handoverAt = this.#now();
    this.#reconnecting = true;
    this.tick(this.#handoverAt);
  }

  /** Opens a session that is due, and ends one that is read to its end or took too long. Call it several times a second. */
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

  /** Without channels, each session ends when its last lines are read. */
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
      // Lines from before the new session joined may still be in transit to the old one.
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
    this.options.sessionCounts.opened++;
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
      if (!this.#stopped) this.options.sessionCounts.lost++;
      log.warn("connection {connection} ended: {reason}", { connection: this.id, reason, permanent });
    }
    this.#lastMark = undefined;
    if (session === this.#next) {
      // The new session failed during the handover. The next one opens when the old one ends.
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
