/** The parameters of a log: its format, order and part. */
import type { Context } from "hono";
import type { LogFormat } from "../../../src/chat_log/formats.ts";
import { Failure } from "../../../src/web/failure.ts";
import { wholeNumber } from "../../../src/web/params.ts";

export interface LogOptions {
  format: LogFormat;
  newestFirst: boolean;
  /** Number of messages to skip. */
  offset: number;
  /** Maximum number of messages; Infinity if the request does not limit them. */
  limit: number;
}

/** The request headers on which the form of a log depends. */
export const LOG_VARY = "Content-Type, Accept-Encoding";

/** Flags count by their presence: `?json`, `?json=1` and `?json=0` are the same. The first one that is present decides. */
const FLAGS = ["raw", "jsonBasic", "json", "ndjson"] as const;

/** @throws a Failure that names a wrong value */
export function logOptions(c: Context): LogOptions {
  return {
    format: formatOf(c),
    newestFirst: c.req.query("reverse") !== undefined,
    offset: wholeNumber(c, "offset") ?? 0,
    limit: wholeNumber(c, "limit") ?? Infinity,
  };
}

/** justlog names the format in `type`, or by the header Content-Type of the request. */
function formatOf(c: Context): LogFormat {
  const type = c.req.query("type");
  if (type !== undefined && type !== "json" && type !== "raw") {
    throw new Failure("invalid", `“${type.slice(0, 60)}” is not a type of log: use json or raw`);
  }
  const asksForJson = c.req.header("Content-Type")?.toLowerCase().startsWith("application/json");
  const present = FLAGS.filter((flag) =>
    c.req.query(flag) !== undefined || flag === type || flag === "json" && asksForJson
  );
  return present[0] ?? "text";
}
