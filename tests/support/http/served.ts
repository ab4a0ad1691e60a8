/** The program's HTTP server for tests, on a free port of 127.0.0.1. */
import type { Fetch } from "../../../src/web/server/answer_request.ts";
import {
  type HttpServer,
  type HttpServerOptions,
  startHttpServer,
} from "../../../src/web/server/http_server.ts";

export interface Served extends HttpServer, AsyncDisposable {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Logged warnings and errors. */
  warnings: { message: string; properties: Record<string, unknown> }[];
}

export function serve(fetch: Fetch, options: Partial<HttpServerOptions> = {}): Served {
  const warnings: Served["warnings"] = [];
  const warn = (message: string, properties: Record<string, unknown>) =>
    void warnings.push({ message, properties });
  const server = startHttpServer({
    hostname: "127.0.0.1",
    port: 0,
    fetch,
    bounds: { total: 1_000, perAddress: 1_000, streams: 1_000, streamsPerClient: 1_000 },
    isExempt: () => true,
    log: { debug() {}, info() {}, warn, error: warn },
    ...options,
  });
  return {
    ...server,
    url: `http://127.0.0.1:${server.addr.port}`,
    warnings,
    [Symbol.asyncDispose]: () => server.shutDown(1_000),
  };
}
