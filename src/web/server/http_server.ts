/**
 * The HTTP server: accepts connections within its limits, and survives failures of connections and of accept.
 */
import { createServer } from "node:http";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../clock.ts";
import type { HttpLog } from "../access_log.ts";
import { answerRequest, type ConnectionContext, type Fetch, refuse } from "./answer_request.ts";
import { answerUpgrade } from "./answer_upgrade.ts";
import { type ConnectionBounds, isOutOfDescriptors } from "./connection_bounds.ts";
import { type ConnectionCounts, Connections, LIMITS_MS, type RefusalReason } from "./connections.ts";
import { NoticeThrottle } from "./notice_throttle.ts";

export interface HttpServerOptions {
  hostname: string;
  /** 0 = any free port. */
  port: number;
  fetch: Fetch;
  bounds: ConnectionBounds;
  /** Addresses to which only the total limit applies. */
  isExempt: (address: string) => boolean;
  log: HttpLog & { warn(message: string, properties: Record<string, unknown>): void };
  clock?: Clock;
}

export interface HttpServerStatus {
  connections: number;
  isAccepting: boolean;
  acceptFailures: number;
  restarts: number;
  counts: Readonly<ConnectionCounts>;
}

export interface HttpServer {
  addr: Deno.NetAddr;
  status(): HttpServerStatus;
  /** Listens again at the same address. Open connections stay. */
  restart(): void;
  /** Stops accepting, waits at most `timeoutMs` for open responses, and closes the remaining connections. */
  shutDown(timeoutMs: number): Promise<void>;
}

const SWEEP_MS = 1_000;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
const MIN_RESTART_MS = 1_000;
/** Connections accepted in one turn of the event loop, so that a crowd of them does not delay the live pages. */
const ACCEPTED_PER_TURN = 16;

const REFUSAL = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n" +
    "Content-Type: text/plain; charset=utf-8\r\n\r\nToo many connections. Try again in a few seconds.\n",
);
const WORDS: Record<RefusalReason, string> = {
  total: "too many are open",
  address: "too many are open from one address",
};

/** @throws if it cannot listen at the address */
export function startHttpServer(options: HttpServerOptions): HttpServer {
  const { hostname, fetch, log, bounds, isExempt, clock } = options;
  const notices = new NoticeThrottle((message, properties) => log.warn(message, properties), clock);
  const failures = new NoticeThrottle((message, properties) => log.error(message, properties), clock);
  const connections = new Connections({
    bounds,
    isExempt,
    clock,
    onRefused: (reason, address) =>
      notices.report(`refused: ${reason}`, "connections are refused: {reason}", {
        reason: WORDS[reason],
        address,
      }),
    onEnded(reason, address) {
      // Browsers keep unused connections open, so their timeout is not reported.
      if (reason !== "idle") {
        notices.report(`ended: ${reason}`, "connections are closed: {reason}", { reason, address });
      }
    },
  });
  const first = Deno.listen({ hostname, port: options.port });
  const { addr } = first;
  let listener: Deno.TcpListener | undefined = first;
  const localHost = `${addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname}:${addr.port}`;
  let isAccepting = true;
  let isClosing = false;
  let acceptFailures = 0;
  let restarts = 0;
  let restartedAt = -Infinity;

  // `connections` has the timeouts: those of `node:http` need a socket of `node:net`.
  const http = createServer({ headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: LIMITS_MS.idle });
  // `node:http` closes a connection after its first response unless it is listening. Here another listener is
  // used.
  Object.defineProperty(http, "listening", { get: () => !isClosing });
  http.on("request", (incoming, outgoing) => {
    const connection = connections.of(incoming.socket);
    if (!connection) return void outgoing.destroy();
    outgoing.once("close", () => connection.finish());
    const turn = connection.begin(incoming);
    if (!turn) return void connection.stream.destroy();
    const { remoteAddress = "", remotePort = 0 } = incoming.socket;
    const context: ConnectionContext = {
      remoteAddr: { hostname: remoteAddress, port: remotePort },
      localHost,
      onEndless: (what) => void (connection.endless = what),
    };
    turn.then(() => answerRequest(fetch, incoming, outgoing, context)).catch((error) => {
      log.error("cannot answer a request: {error}", { error });
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, 500, "Something went wrong.\n");
    });
  });

  http.on("upgrade", (incoming, socket, head) => {
    const connection = connections.of(socket);
    if (!connection?.begin(incoming)) return void socket.destroy();
    const { stream } = connection;
    const context: ConnectionContext = {
      remoteAddr: { hostname: stream.remoteAddress, port: stream.remotePort },
      localHost,
      onEndless: (what) => void (connection.endless = what),
    };
    answerUpgrade(fetch, incoming, stream, head, context).catch((error) => {
      log.error("cannot answer a request: {error}", { error });
      stream.destroy();
    });
  });

  async function acceptAll(from: Deno.TcpListener): Promise<void> {
    isAccepting = true;
    let retryMs = FIRST_RETRY_MS;
    let failedAt: number | undefined;
    let isReported = false;
    for (let accepted = 1; from === listener && !isClosing; accepted++) {
      if (accepted % ACCEPTED_PER_TURN === 0) await nextTurn();
      try {
        const socket = await from.accept();
        if (failedAt !== undefined && isReported) {
          log.info("connections are accepted again, after {ms} ms", {
            ms: Math.round(performance.now() - failedAt),
          });
        }
        failedAt = undefined;
        retryMs = FIRST_RETRY_MS;
        isAccepting = true;
        take(socket);
      } catch (error) {
        if (from !== listener || isClosing) return;
        acceptFailures++;
        isAccepting = false;
        if (failedAt === undefined) {
          const message = "connections cannot be accepted, will retry: {error}";
          isReported = failures.report("accept", message, { error });
        }
        failedAt ??= performance.now();
        if (isOutOfDescriptors(error)) connections.endAll("idle");
        else if (error instanceof Deno.errors.BadResource) return restart();
        await delay(retryMs);
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
      }
    }
  }

  function take(socket: Deno.TcpConn): void {
    const admitted = connections.admit(socket);
    if (typeof admitted !== "string") return void http.emit("connection", admitted.stream);
    socket.write(REFUSAL).catch(() => {}).finally(() => {
      try {
        socket.close();
      } catch {
        // The client has closed it already.
      }
    });
  }

  function restart(): void {
    // Limits the rate of restarts after repeated failures.
    if (isClosing || performance.now() - restartedAt < MIN_RESTART_MS) return;
    restartedAt = performance.now();
    restarts++;
    stopListening();
    // The address is free only after the pending accept has ended.
    setTimeout(listen, 0, FIRST_RETRY_MS);
  }

  function listen(retryMs: number): void {
    if (isClosing || listener) return;
    try {
      listener = Deno.listen({ hostname, port: addr.port });
    } catch (error) {
      if (retryMs > FIRST_RETRY_MS) log.error("cannot listen, will retry: {error}", { error });
      setTimeout(listen, retryMs, Math.min(MAX_RETRY_MS, retryMs * 2));
      return;
    }
    void acceptAll(listener);
  }

  function stopListening(): void {
    const closing = listener;
    listener = undefined;
    isAccepting = false;
    try {
      closing?.close();
    } catch {
      // It was closed already.
    }
  }

  void acceptAll(first);
  const sweeping = setInterval(() => connections.sweep(), SWEEP_MS);

  return {
    addr,
    status: () => ({
      connections: connections.size,
      isAccepting,
      acceptFailures,
      restarts,
      counts: connections.counts,
    }),
    restart,
    async shutDown(timeoutMs) {
      isClosing = true;
      clearInterval(sweeping);
      stopListening();
      connections.endAll("idle");
      for (const endAt = performance.now() + timeoutMs; connections.size > 0 && performance.now() < endAt;) {
        await delay(5);
        connections.endAll("idle");
      }
      connections.endAll("all");
    },
  };
}
