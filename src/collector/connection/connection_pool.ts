/** The connections of one reader: opens them, and drops those that have ended. */
import type { ConnectionStatus } from "../recorder.ts";
import { ReconnectingConnection, type ReconnectingConnectionOptions } from "./reconnecting_connection.ts";
import type { IrcSession } from "./session.ts";

export class ConnectionPool implements Iterable<ReconnectingConnection> {
  readonly #options: ReconnectingConnectionOptions;
  readonly #connections = new Set<ReconnectingConnection>();

  constructor(options: ReconnectingConnectionOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<ReconnectingConnection> {
    return this.#connections.values();
  }

  get isEmpty(): boolean {
    return this.#connections.size === 0;
  }

  /** Sessions of all connections. A connection that obeys a RECONNECT has two. */
  get sessions(): IrcSession[] {
    return [...this.#connections].flatMap((connection) => connection.sessions);
  }

  /** Opens a connection for a channel. */
  open(login: string): ReconnectingConnection {
    const connection = new ReconnectingConnection(this.#options);
    connection.channels.add(login);
    this.#connections.add(connection);
    connection.start();
    return connection;
  }

  /** A shared connection with fewer than `maxChannels` channels, if there is one. */
  withSpace(maxChannels: number): ReconnectingConnection | undefined {
    return [...this.#connections].find(({ isDedicated, channels }) =>
      !isDedicated && channels.size < maxChannels
    );
  }

  /** Whether the last lines of a channel that was left are still being read. */
  isReading(login: string): boolean {
    return [...this.#connections].some((connection) => connection.isReading(login));
  }

  /** The number of connections that lines of the channel come from. */
  sources(login: string): number {
    return this.sessions.filter((session) => session.isJoined(login) || session.leaving.isReading(login))
      .length;
  }

  /** Opens and ends sessions that are due. Call it several times a second. @param now monotonic */
  tick(now: number): void {
    for (const connection of this.#connections) {
      connection.tick(now);
      if (connection.isOver) this.#connections.delete(connection);
    }
  }

  /** Leaves every channel and reads the lines before the PART, until `giveUpAt` at most. {@link tick} continues it. */
  finish(giveUpAt: number): void {
    for (const connection of this.#connections) connection.finish(giveUpAt);
  }

  /** Ends every connection at once. */
  async stop(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.stop()));
  }

  /** @param epochOf the epoch time of a monotonic one */
  status(epochOf: (monotonicMs: number) => number): Omit<ConnectionStatus, "reader">[] {
    return [...this.#connections].map((connection) => connection.status(epochOf));
  }
}
