/** Limits the rate of requests of each client. Pages of a person stay far below it; see `RATE_LIMIT`. */
import type { Context, MiddlewareHandler } from "hono";
import { type Clock, MINUTE_MS, systemClock } from "../../clock.ts";
import { Failure } from "../failure.ts";
import { wantsFragment } from "../htmx.ts";
import { isAlwaysOpen } from "./access.ts";
import type { Client } from "./client.ts";
import { clientKey, isLoopbackAddress } from "./ip_address.ts";

/** Maximum number of clients in memory. One without requests while half as many others came has its whole quota again. */
const MAX_CLIENTS = 50_000;
/** The window of the quota. A client may use the whole of it at once, and gets it back evenly. */
const WINDOW_MS = MINUTE_MS;
const POLICY = "client";

/** The rest of a client's quota after a request. */
export interface Quota {
  /** Requests a minute. */
  limit: number;
  /** Requests that are possible at once; whole. */
  remaining: number;
  /** Seconds until the whole quota is there again; whole, rounded up. */
  resetS: number;
  /** Seconds until the next request is possible: 0 if this one was. */
  retryS: number;
}

interface Bucket {
  /** Requests that were possible at that time; not whole. */
  filled: number;
  /** Monotonic. */
  at: number;
}

/** A bucket of tokens for each client. */
export class RateLimiter {
  /**
   * Clients with a request since the last change of generations, and those before it. Removing the oldest client from one
   * full map takes 40 times as long.
   */
  #recent = new Map<string, Bucket>();
  #earlier = new Map<string, Bucket>();

  /** @param limit requests a minute, at least 1 */
  constructor(readonly limit: number, readonly clock: Clock = systemClock) {}

  /** Takes a request out of a client's bucket. */
  take(key: string): Quota {
    const now = this.clock.monotonicMs();
    const perMs = this.limit / WINDOW_MS;
    const before = this.#recent.get(key) ?? this.#earlier.get(key);
    const filled = before ? Math.min(this.limit, before.filled + (now - before.at) * perMs) : this.limit;
    const isPossible = filled >= 1;
    const left = isPossible ? filled - 1 : filled;
    this.#recent.set(key, { filled: left, at: now });
    if (this.#recent.size === MAX_CLIENTS / 2) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    return {
      limit: this.limit,
      remaining: Math.floor(left),
      resetS: seconds((this.limit - left) / perMs),
      retryS: isPossible ? 0 : Math.max(1, seconds((1 - left) / perMs)),
    };
  }

  /** Buckets in memory. */
  get size(): number {
    return this.#recent.size + this.#earlier.size;
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

/**
 * Counts requests by the token, else by the client's address (the /64 of IPv6), and refuses those over the limit. Without a
 * token, requests from this machine are not counted: they may be those of all clients of a proxy. Nor are those for
 * supervisors and for files that browsers keep. Fragments of pages do not get the headers: no script of ours reads them.
 */
export function limitRate(limiter: RateLimiter): MiddlewareHandler {
  return async function limitRate(c, next) {
    const key = isAlwaysOpen(c.req.path) && c.req.path !== "/login" ? undefined : keyOf(c);
    if (key === undefined) return await next();
    const quota = limiter.take(key);
    if (quota.retryS > 0) {
      name(c, quota);
      c.header("Retry-After", String(quota.retryS));
      throw new Failure(
        "rate_limited",
        `More than ${quota.limit} requests a minute came from here.`,
        `The next one is possible in ${quota.retryS} s.`,
      );
    }
    await next();
    if (!wantsFragment(c)) name(c, quota);
  };
}

function keyOf(c: Context): string | undefined {
  const token = c.get("token");
  if (token) return `token ${token.name}`;
  const { address }: Client = c.get("client");
  return address === "" || isLoopbackAddress(address) ? undefined : clientKey(address);
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10, and those of its versions up to 6, which most clients read. */
function name(c: Context, { limit, remaining, resetS }: Quota): void {
  c.header("RateLimit-Policy", `"${POLICY}";q=${limit};w=${WINDOW_MS / 1_000}`);
  c.header("RateLimit", `"${POLICY}";r=${remaining};t=${resetS}`);
  c.header("RateLimit-Limit", String(limit));
  c.header("RateLimit-Remaining", String(remaining));
  c.header("RateLimit-Reset", String(resetS));
}
