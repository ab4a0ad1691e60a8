/** Identifies the client of a request: its address, and whether the request came through a proxy. */
import type { Context, MiddlewareHandler } from "hono";
import type { RequestSpan } from "../access_log.ts";
import { formatIp, type IpAddress, type IpRange, isInRange, parseIp } from "./ip_address.ts";

export interface Client {
  /** The best known IP address of the client; empty for a request without a socket. */
  address: string;
  /** The address at the other end of the socket. */
  peer: string;
  /** The client's address according to an untrusted proxy. It can be forged. */
  claimed?: string;
  /** Whether there is a forwarding header or HTTP/1.0, which nginx uses by default and browsers do not. */
  viaProxy: boolean;
  /** Whether the client's own connection is encrypted. Only a trusted proxy can say so. */
  https: boolean;
}

/** The connection of a request, as Hono's `c.env`. Tests without a socket have none. */
export interface ConnectionInfo {
  remoteAddr: { hostname: string; port: number };
  httpVersion?: string;
  /** OpenTelemetry's span of the request, if Deno exports spans. */
  span?: RequestSpan;
}

/** Headers that proxies add, besides all that begin with `x-forwarded`. */
const FORWARDING = new Set([
  "forwarded",
  "forwarded-for",
  "via",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-forwarded-for",
  "x-envoy-external-address",
  "client-ip",
  "true-client-ip",
  "fastly-client-ip",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-ray",
  "cdn-loop",
]);

/** Sets `client`. @param trusted the addresses of proxies whose forwarding headers are believed */
export function identifyClient(trusted: readonly IpRange[]): MiddlewareHandler {
  return async function identifyClient(c, next) {
    c.set("client", clientOf(c, trusted));
    await next();
  };
}

export function clientOf(c: Context, trusted: readonly IpRange[]): Client {
  const info = c.env as Partial<ConnectionInfo> | undefined;
  const peer = formatIp(info?.remoteAddr?.hostname ?? "");
  const names = [...c.req.raw.headers.keys()];
  const viaProxy = info?.httpVersion === "1.0" ||
    names.some((name) => FORWARDING.has(name) || name.startsWith("x-forwarded"));
  const chain = forwardedChain(c);
  const isTrusted = (address: string) => {
    const ip = parseIp(address);
    return ip !== undefined && trusted.some((range) => isInRange(ip, range));
  };
  if (!isTrusted(peer)) {
    const claimed = chain.at(-1)?.address;
    return { address: peer, peer, claimed: claimed ?? singleAddress(c), viaProxy, https: isHttpsUrl(c) };
  }
  // Each proxy appends the address of its client. Entries before the last untrusted address can be forged.
  let address = peer;
  let https: boolean | undefined;
  for (const hop of chain.toReversed()) {
    https ??= hop.https;
    if (hop.address === undefined) break;
    address = hop.address;
    if (!isTrusted(address)) break;
  }
  https ??= lastOf(c.req.header("X-Forwarded-Proto"))?.toLowerCase() === "https";
  return { address, peer, viaProxy, https: https || isHttpsUrl(c) };
}

interface Hop {
  /** `undefined` if the entry is not an address (`unknown`, `_hidden`). */
  address?: string;
  https?: boolean;
}

/** The entries of `X-Forwarded-For`, or else of `Forwarded`, in the order in which proxies added them. */
function forwardedChain(c: Context): Hop[] {
  const list = c.req.header("X-Forwarded-For");
  if (list !== undefined) return lastEntries(list, ",").map((entry) => ({ address: hostOf(entry) }));
  const forwarded = c.req.header("Forwarded");
  return forwarded === undefined ? [] : lastEntries(forwarded, ",").map(readForwarded);
}

/** Maximum number of proxies in a row. */
const MAX_HOPS = 20;

function lastEntries(text: string, separator: string): string[] {
  return text.split(separator).slice(-MAX_HOPS).map((entry) => entry.trim());
}

/** Parses an entry of RFC 7239, such as `for="[2001:db8::1]:4711";proto=https`. */
function readForwarded(entry: string): Hop {
  const hop: Hop = {};
  for (const pair of entry.split(";")) {
    const [name = "", value = ""] = pair.split("=");
    const bare = value.trim().replaceAll('"', "");
    if (name.trim().toLowerCase() === "for") hop.address = hostOf(bare);
    if (name.trim().toLowerCase() === "proto") hop.https = bare.toLowerCase() === "https";
  }
  return hop;
}

/** Returns the address of `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. */
function hostOf(entry: string): string | undefined {
  const bracketed = /^\[([^\]]{1,60})\](?::\d{1,5})?$/.exec(entry)?.[1];
  const text = bracketed ?? (parseIp(entry) ? entry : entry.replace(/:\d{1,5}$/, ""));
  const ip: IpAddress | undefined = parseIp(text);
  return ip && formatIp(text);
}

/** The client's address from a header with a single address. */
function singleAddress(c: Context): string | undefined {
  const text = c.req.header("X-Real-IP") ?? c.req.header("CF-Connecting-IP") ??
    c.req.header("True-Client-IP");
  return text === undefined ? undefined : hostOf(text.trim());
}

function lastOf(list: string | undefined): string | undefined {
  return list === undefined ? undefined : lastEntries(list, ",").at(-1);
}

function isHttpsUrl(c: Context): boolean {
  return c.req.url.startsWith("https:");
}
