/**
 * The OpenTelemetry span of a request, which Deno makes with `OTEL_DENO=true`. `node:http` (Deno 2.9) neither knows routes
 * nor makes its span the active one, so it is taken from the response, where Deno keeps it under a symbol. A Deno that
 * keeps it elsewhere exports spans without routes.
 */
import type { ServerResponse } from "node:http";
import type { RequestSpan } from "../access_log.ts";

let key: symbol | undefined;

/** Undefined if Deno exports no spans. */
export function requestSpan(outgoing: ServerResponse): RequestSpan | undefined {
  key ??= Object.getOwnPropertySymbols(outgoing).find(({ description }) => description === "kOtelSpan");
  if (key === undefined) return undefined;
  return (outgoing as unknown as Record<symbol, RequestSpan | undefined>)[key];
}
