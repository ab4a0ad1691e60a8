/** One reader of Twitch: assigns channels to connections, and joins them there. */
import type { ChatEvent } from "../../chat/events.ts";
import { ChannelMembership } from "./membership.ts";
import type { IrcSession } from "./session.ts";
import type { ConnectionGroupOptions } from "./connection_group_options.ts";
import { ConnectionPool } from "./connection_pool.ts";
import type { Ending } from "./session_options.ts";
import type { ReconnectingConnection, ReconnectingConnectionSink } from "./reconnecting_connection.ts";
import type { ConnectionStatus, ReaderName } from "../recorder.ts";

/** Pause after a channel could not be joined on a connection of its own. */
const MOVE_AGAIN_MS = 600_000;

export class ConnectionGroup implements ReconnectingConnectionSink {
  readonly #memberships = new Map<string, ChannelMembership>();
  readonly #connections: ConnectionPool;
  #finishing = false;

  constructor(private readonly options: ConnectionGroupOptions) {
    this.#connections = new ConnectionPool({ ...options, sink: this });
  }

  get name(): ReaderName {
    return this.options.name;
  }

  membership(login: string): ChannelMembership | undefined {
    return this.#memberships.get(login);
  }

  hears(login: string): boolean {
    return this.#memberships.get(login)?.state === "joined";
  }

  /** Whether the last lines of a channel that was left are still being read. */
  isReading(login: string): boolean {
    return this.#connections.isReading(login);
  }

  /** The number of connections that lines of the channel come from. */
  sources(login: string): number {
    return this.#connections.sources(login);
  }

  add(login: string): void {
    if (this.#memberships.has(login)) return;
    const shared = this.#connections.withSpace(this.options.channelsPerConnection);
    shared?.channels.add(login);
    this.#memberships.set(login, new ChannelMembership(shared ?? this.#connections.open(login), this.#now()));
  }

  remove(login: string): void {
    const membership = this.#memberships.get(login);
    if (!membership) return;
    this.#memberships.delete(login);
    membership.connection.leave(login);
    membership.previousConnection?.leave(login);
  }

  /** Leaves a channel and joins it again, because its login may lead to another room now. */
  rejoin(login: string): void {
    if (!this.#memberships.has(login)) return;
    this.remove(login);
    this.add(login);
  }

  /** Leaves a channel that Twitch has confirmed, and treats it as refused. @param reason a sentence for users */
  refuse(login: string, reason: string): void {
    const membership = this.#memberships.get(login);
    if (!membership) return;
    for (const session of this.#connections.sessions) {
      session.leave([login], this.#now() + this.options.timings.drainMs);
    }
    // No NOTICE of Twitch has the reason.
    membership.refused("", reason, this.#now());
  }

  /**
   * Gives a busy channel a connection of its own. The old connection is left when the channel has joined on the new one,
   * and after its last lines are read.
   */
  isolate(login: string): void {
    const membership = this.#memberships.get(login);
    if (
      !membership || membership.previousConnection || membership.state !== "joined" ||
      this.#now() < membership.mayMoveAt
    ) return;
    // A channel that is moving away may still be listed on its previous connection.
    const isAlone = [...membership.connection.channels].every((other) =>
      other === login || this.#memberships.get(other)?.connection !== membership.connection
    );
    if (isAlone) return void (membership.connection.isDedicated = true);
    membership.previousConnection = membership.connection;
    membership.connection = this.#connections.open(login);
    membership.connection.isDedicated = true;
  }

  /** Does periodic work, such as sending JOINs that are due. Call it several times a second. @param now monotonic */
  tick(now: number): void {
    this.#connections.tick(now);
    if (this.#finishing) return;
    for (const connection of this.#connections) this.#join(connection, now);
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): ConnectionStatus[] {
    return this.#connections.status(epochOf).map((status) => ({ ...status, reader: this.options.name }));
  }

  /** Leaves every channel and reads the lines before the PART, for `stopMs` at most. {@link tick} continues it. */
  finish(): void {
    this.#finishing = true;
    this.#connections.finish(this.#now() + this.options.timings.stopMs);
  }

  /** Whether every connection has ended. */
  get isOver(): boolean {
    return this.#connections.isEmpty;
  }

  /** Ends every connection at once. */
  async stop(): Promise<void> {
    await this.#connections.stop();
  }

  // --- events of the sessions ---

  chat(event: ChatEvent, line: string, at: number, session: IrcSession, answersJoin: boolean): void {
    const leaving = session.leaving.stateOf(event.channel);
    this.options.lines.chat({ event, line, at, reader: this, sessionId: session.id, answersJoin, leaving });
  }

  joined(login: string, roomId: number, at: number): void {
    const membership = this.#memberships.get(login);
    if (!membership || this.#finishing) return;
    if (membership.previousConnection && membership.connection.isJoined(login)) {
      membership.previousConnection.leave(login);
      membership.previousConnection = undefined;
    }
    membership.joined(at);
    this.options.channels.joined(login, roomId, at, this);
  }

  left(login: string): void {
    if (!this.isReading(login)) this.options.channels.left(login, this.#now(), this);
  }

  refused(login: string, msgId: string, text: string, session: IrcSession): void {
    const membership = this.#memberships.get(login);
    const join = session.joins.get(login);
    // In a joined channel, the same NOTICE answers a command. It may also be repeated. Neither is a refusal.
    if (!membership || !join || join.confirmedAt !== undefined) return;
    session.joins.delete(login);
    if (this.#returnToPrevious(login, membership)) return;
    membership.refused(msgId, text, this.#now());
    this.options.channels.refused(login, text);
  }

  reconnect(session: IrcSession): void {
    for (const connection of this.#connections) connection.reconnect(session);
  }

  ended(session: IrcSession, ending: Ending): void {
    const others = this.#connections.sessions.filter((other) => other !== session);
    for (const login of session.heardChannels()) {
      const confirmedElsewhere = others.flatMap((other) => other.joins.get(login)?.confirmedAt ?? []);
      if (confirmedElsewhere.length > 0) {
        if (!ending.isDrained) {
          this.options.channels.missed(login, ending.heardAt, Math.min(...confirmedElsewhere), this);
        }
        continue;
      }
      const membership = this.#memberships.get(login);
      if (!membership) {
        if (!this.isReading(login)) this.options.channels.left(login, ending.heardAt, this);
        continue;
      }
      membership.lost(ending.reason, this.#now());
      this.options.channels.lost(login, ending.heardAt, this);
    }
  }

  #now(): number {
    return this.options.clock.monotonicMs();
  }

  /** Sends the JOINs of a connection that are due, within the rate limit. */
  #join(connection: ReconnectingConnection, now: number): void {
    const session = connection.sessionForJoins;
    if (!session) return;
    const due = [...connection.channels].filter((login) => {
      const membership = this.#memberships.get(login);
      if (membership?.connection !== connection) return false;
      const hasExpired = membership.expireJoin(login, session, now, this.options.timings.joinAnswerMs);
      if (hasExpired && !this.#returnToPrevious(login, membership)) {
        this.options.channels.refused(login, membership.reason!);
      }
      return membership.isDue(login, session, now);
    });
    if (due.length === 0) return;
    const granted = due.slice(0, this.options.joinLimiter.take(due.length, now));
    if (granted.length > 0) session.join(granted, now);
  }

  /** If a channel cannot be joined on a connection of its own, it stays on the previous one. Returns whether there is one. */
  #returnToPrevious(login: string, membership: ChannelMembership): boolean {
    const { previousConnection, connection } = membership;
    if (!previousConnection?.isJoined(login)) return false;
    membership.connection = previousConnection;
    membership.previousConnection = undefined;
    membership.mayMoveAt = this.#now() + MOVE_AGAIN_MS;
    membership.joined(this.#now());
    connection.leave(login);
    return true;
  }
}
