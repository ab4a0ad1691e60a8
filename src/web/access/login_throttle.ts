/** Throttles password guesses without locking out the owner. */
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { type Clock, systemClock } from "../../clock.ts";
import type { Client } from "./client.ts";
import { clientKey, isLoopbackAddress } from "./ip_address.ts";

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;
/** Limit for an address that many clients may share because of a proxy, so that the owner can log in. */
const MAX_SHARED_WAIT_MS = 10_000;
/** Maximum number of clients in memory. The one without attempts for the longest time is removed first. */
const MAX_CLIENTS = 10_000;
/** Failures without a wait. */
const FREE_FAILURES = 2;
/** Attempts through one untrusted proxy, of all its clients: a burst, and one more per interval. */
const PROXY_BURST = 30;
const PROXY_INTERVAL_MS = 2_000;

const COOKIE = "scrollback_known";
const COOKIE_LASTS_S = 365 * 24 * 60 * 60;

export interface Attempt {
  /** Milliseconds until the next one is possible; 0 = now. */
  waitMs: number;
  /** Call it if the password was right: resets the client's count and marks its browser as known. */
  succeeded(): void;
}

/**
 * Counts failures by the best available key. Each failure after the second doubles the wait.
 * - A browser that logged in before has a cookie and its own count, so other clients' guesses do not affect
 * it.
 * - Otherwise the key is the client's address, or the /64 of an IPv6 address.
 * - Behind an untrusted proxy, the key is the claimed address, and all clients of the proxy share a rate
 * limit.
 * - Behind a proxy without forwarding headers, or on this machine, all clients share an address: the wait
 * stays short.
 */
export class LoginThrottle {
  readonly #failures = new Map<string, { count: number; until: number }>();
  readonly #proxies = new Map<string, { tokens: number; at: number }>();
  /** Signs the cookies of known browsers. A restart invalidates them and resets all counts. */
  readonly #key = randomBytes(32);

  constructor(readonly clock: Clock = systemClock) {}

  /**
   * Call it before comparing the password. It counts a failure in advance, so that concurrent attempts count
   * separately.
   */
  begin(c: Context): Attempt {
    const client: Client = c.get("client");
    const browser = this.#knownBrowser(c);
    const address = clientKey(client.claimed ?? client.address);
    const key = browser
      ? `browser ${browser}`
      : `${client.claimed === undefined ? "" : "claimed "}${address}`;
    const isShared = !browser && client.claimed === undefined && isLoopbackAddress(client.address);
    let waitMs = this.#waitMs(key);
    // A client that has to wait does not use its proxy's rate.
    if (waitMs === 0 && !browser && client.claimed !== undefined) {
      waitMs = this.#proxyWaitMs(clientKey(client.peer));
    }
    if (waitMs === 0) this.#failed(key, isShared ? MAX_SHARED_WAIT_MS : MAX_WAIT_MS);
    return {
      waitMs,
      succeeded: () => {
        this.#failures.delete(key);
        this.#remember(c, client);
      },
    };
  }

  #waitMs(key: string): number {
    return Math.max(0, (this.#failures.get(key)?.until ?? 0) - this.clock.monotonicMs());
  }

  #failed(key: string, maxWaitMs: number): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const doublings = count - FREE_FAILURES - 1;
    const waitMs = doublings < 0 ? 0 : Math.min(maxWaitMs, FIRST_WAIT_MS * 2 ** Math.min(30, doublings));
    this.#failures.delete(key);
    this.#failures.set(key, { count, until: this.clock.monotonicMs() + waitMs });
    forgetOldest(this.#failures);
  }

  /** Uses one attempt of the proxy's rate. Returns milliseconds to wait; 0 = none. */
  #proxyWaitMs(peer: string): number {
    const now = this.clock.monotonicMs();
    const { tokens, at } = this.#proxies.get(peer) ?? { tokens: PROXY_BURST, at: now };
    const filled = Math.min(PROXY_BURST, tokens + (now - at) / PROXY_INTERVAL_MS);
    const isFree = filled >= 1;
    this.#proxies.delete(peer);
    this.#proxies.set(peer, { tokens: isFree ? filled - 1 : filled, at: now });
    forgetOldest(this.#proxies);
    return isFree ? 0 : (1 - filled) * PROXY_INTERVAL_MS;
  }

  #knownBrowser(c: Context): string | undefined {
    const [id = "", signature = ""] = (getCookie(c, COOKIE) ?? "").split(".");
    const [given, expected] = [Buffer.from(signature, "base64url"), this.#sign(id)];
    return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
  }

  #remember(c: Context, { https }: Client): void {
    const id = this.#knownBrowser(c) ?? randomBytes(16).toString("base64url");
    setCookie(c, COOKIE, `${id}.${this.#sign(id).toString("base64url")}`, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/login",
      maxAge: COOKIE_LASTS_S,
      secure: https,
    });
  }

  #sign(id: string) {
    return createHmac("sha256", this.#key).update(id).digest();
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size > MAX_CLIENTS) map.delete(map.keys().next().value!);
}
