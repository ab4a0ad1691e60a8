/** The open connections of the HTTP server, with limits of their number and timeouts. */
import type { IncomingMessage } from "node:http";
import { type Clock, systemClock } from "../../clock.ts";
import { clientKey } from "../access/ip_address.ts";
import type { ConnectionBounds } from "./connection_bounds.ts";
import { SocketStream } from "./socket_stream.ts";

/** Timeouts in milliseconds. A test compares them with the README. */
export const LIMITS_MS = {
  /** From the start of the connection, or the first byte of a request, to the end of the header. */
  header: 15_000,
  /** From a request's first byte to its last. */
  request: 30_000,
  /** Between two requests. Longer than the 60 s for which nginx keeps upstream connections. */
  idle: 75_000,
  /** Without the client reading any of the bytes that wait for it. */
  unread: 30_000,
  /** From a complete request to the end of its response, except live streams and exports. */
  answer: 120_000,
} as const;

/** Maximum number of pipelined requests. Browsers and proxies do not pipeline. */
const MAX_PIPELINED = 32;

/** Minimum idle time before a connection is closed to make room for another. */
const MIN_IDLE_MS = 1_000;

export type EndReason = "silent" | "slow_request" | "idle" | "unread" | "slow_answer" | "made_room";
export type RefusalReason = "total" | "address";

export interface ConnectionCounts {
  accepted: number;
  ended: Record<EndReason, number>;
  refused: Record<RefusalReason, number>;
}

class Connection {
  readonly stream: SocketStream;
  /** Whether the response may take any time: a live stream, or an export. */
  isEndless = false;
  #state: "idle" | "request" | "answer" = "idle";
  #request: IncomingMessage | undefined;
  #requests = 0;
  /** More than one if the client pipelines requests. */
  #unanswered = 0;
  /** Resolves when all requests so far are answered. */
  #answered = Promise.resolve();
  readonly #finishers: (() => void)[] = [];
  #since: number;
  /** When the client last read bytes, or when bytes first waited for it. */
  #readAt: number;

  constructor(socket: Deno.TcpConn, readonly key: string, readonly clock: Clock) {
    this.#since = this.#readAt = clock.monotonicMs();
    this.stream = new SocketStream(socket, {
      received: () => this.#state === "idle" && this.#become("request"),
      writing: () => this.#readAt = clock.monotonicMs(),
    });
  }

  /**
   * Call it when the header of a request has arrived. Requests of a connection are answered one after the
   * other.
   * @returns a promise that resolves when it is the request's turn; `undefined` if there are too many
   */
  begin(request: IncomingMessage): Promise<void> | undefined {
    if (this.#state === "idle") this.#become("request");
    this.#request = request;
    this.#requests++;
    if (++this.#unanswered > MAX_PIPELINED) return undefined;
    const turn = this.#answered;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answered = turn.then(() => promise);
    this.#finishers.push(resolve);
    return turn;
  }

  /** Call it when a response was sent. */
  finish(): void {
    this.#finishers.shift()?.();
    this.isEndless = false;
    // If the request was answered before its body was complete, the rest must still arrive.
    if (--this.#unanswered > 0 || !this.#request?.complete) return;
    this.#request = undefined;
    this.#become("idle");
  }

  /** Milliseconds since it became idle; `undefined` during a request. */
  get idleMs(): number | undefined {
    return this.#state === "idle" ? this.clock.monotonicMs() - this.#since : undefined;
  }

  /** Returns the timeout that has expired, if any. */
  overdue(): EndReason | undefined {
    const now = this.clock.monotonicMs();
    if (this.stream.isWriting && now - this.#readAt > LIMITS_MS.unread) return "unread";
    if (this.#state === "request" && this.#request?.complete) {
      this.#become(this.#unanswered > 0 ? "answer" : "idle");
    }
    const ms = now - this.#since;
    if (this.#state === "idle") {
      if (this.#requests === 0) return ms > LIMITS_MS.header ? "silent" : undefined;
      return ms > LIMITS_MS.idle ? "idle" : undefined;
    }
    if (this.#state === "request") {
      return ms > (this.#request ? LIMITS_MS.request : LIMITS_MS.header) ? "slow_request" : undefined;
    }
    return !this.isEndless && ms > LIMITS_MS.answer ? "slow_answer" : undefined;
  }

  #become(state: "idle" | "request" | "answer"): void {
    this.#state = state;
    this.#since = this.clock.monotonicMs();
  }
}

export interface ConnectionsOptions {
  bounds: ConnectionBounds;
  /** Addresses to which only the total limit applies: this machine and trusted proxies. */
  isExempt: (address: string) => boolean;
  onRefused: (reason: RefusalReason, address: string) => void;
  onEnded: (reason: EndReason, address: string) => void;
  clock?: Clock;
}

export class Connections {
  readonly counts: ConnectionCounts = {
    accepted: 0,
    ended: { silent: 0, slow_request: 0, idle: 0, unread: 0, slow_answer: 0, made_room: 0 },
    refused: { total: 0, address: 0 },
  };
  readonly #open = new Map<SocketStream, Connection>();
  readonly #perKey = new Map<string, number>();
  readonly #options: ConnectionsOptions;
  readonly #clock: Clock;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get size(): number {
    return this.#open.size;
  }

  of(stream: unknown): Connection | undefined {
    return this.#open.get(stream as SocketStream);
  }

  /**
   * Accepts a connection, or returns the reason to refuse it. Closes the longest idle connection if that
   * makes room.
   */
  admit(socket: Deno.TcpConn): Connection | RefusalReason {
    const { bounds, isExempt, onRefused } = this.#options;
    const address = socket.remoteAddr.hostname;
    const key = clientKey(address);
    const isFull = {
      address: !isExempt(address) && (this.#perKey.get(key) ?? 0) >= bounds.perAddress,
      total: this.#open.size >= bounds.total,
    };
    const reason = isFull.address ? "address" : isFull.total ? "total" : undefined;
    if (reason && !this.#makeRoom(isFull.address ? key : undefined)) {
      this.counts.refused[reason]++;
      onRefused(reason, address);
      return reason;
    }
    this.counts.accepted++;
    const connection = new Connection(socket, key, this.#clock);
    this.#open.set(connection.stream, connection);
    this.#perKey.set(key, (this.#perKey.get(key) ?? 0) + 1);
    connection.stream.once("close", () => this.#forget(connection));
    return connection;
  }

  /** Closes connections whose timeout has expired. Call it about every second. */
  sweep(): void {
    for (const connection of this.#open.values()) {
      const reason = connection.overdue();
      if (reason) this.#end(connection, reason);
    }
  }

  /** Closes idle connections, or all. */
  endAll(which: "idle" | "all"): void {
    for (const connection of this.#open.values()) {
      if (which === "all" || connection.idleMs !== undefined) connection.stream.destroy();
    }
  }

  #makeRoom(key: string | undefined): boolean {
    let longest: Connection | undefined;
    for (const connection of this.#open.values()) {
      if (key !== undefined && connection.key !== key) continue;
      if ((connection.idleMs ?? 0) > (longest?.idleMs ?? MIN_IDLE_MS)) longest = connection;
    }
    if (!longest) return false;
    this.#end(longest, "made_room");
    return true;
  }

  #end(connection: Connection, reason: EndReason): void {
    this.counts.ended[reason]++;
    this.#options.onEnded(reason, connection.stream.remoteAddress);
    this.#forget(connection);
    connection.stream.destroy();
  }

  #forget({ stream, key }: Connection): void {
    if (!this.#open.delete(stream)) return;
    const left = this.#perKey.get(key)! - 1;
    if (left > 0) this.#perKey.set(key, left);
    else this.#perKey.delete(key);
  }
}
