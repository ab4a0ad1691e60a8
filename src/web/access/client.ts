/** Who asks: the client's address, whether a proxy stands between, and what it may say about the client. */
import type { Context, MiddlewareHandler } from "hono";
import { formatIp, type IpAddress, type IpRange, isInRange, parseIp } from "./ip_address.ts";

export interface Client {
  /** The client as far as it can be known: an IP address, or empty for a request without a socket. */
  address: string;
  /** The address at the other end of the socket. */
  peer: string;
  /** What an untrusted proxy says the client's address is. Anybody can claim it. */
  claimed?: string;
  /** Signs of a proxy: a forwarding header, or HTTP/1.0, which browsers do not speak and nginx does unless told otherwise. */
  viaProxy: boolean;
  /** Whether the client's own connection is encrypted. Only a trusted proxy can say so. */
  https: boolean;
}

/** What the HTTP server tells of a request's connection, as Hono's `c.env`. Tests that ask without a socket have none. */
export interface ConnectionInfo {
  remoteAddr: { hostname: string; port: number };
  httpVersion?: string;
}

/** Headers that proxies add, beside all that begin with `x-forwarded`. */
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
  // Each proxy adds whom it was asked by: behind the last entry that no trusted proxy stands at, anything may be invented.
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
  /** `undefined` where the entry is no address (`unknown`, `_hidden`). */
  address?: string;
  https?: boolean;
}

/** The entries of `X-Forwarded-For`, or where there is none of `Forwarded`, in the order in which proxies added them. */
function forwardedChain(c: Context): Hop[] {
  const list = c.req.header("X-Forwarded-For");
  if (list !== undefined) return lastEntries(list, ",").map((entry) => ({ address: hostOf(entry) }));
  const forwarded = c.req.header("Forwarded");
  return forwarded === undefined ? [] : lastEntries(forwarded, ",").map(readForwarded);
}

/** More proxies than this in a row are not followed. */
const MAX_HOPS = 20;

function lastEntries(text: string, separator: string): string[] {
  return text.split(separator).slice(-MAX_HOPS).map((entry) => entry.trim());
}

/** `for="[2001:db8::1]:4711";proto=https` of RFC 7239. */
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

/** The address of `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. */
function hostOf(entry: string): string | undefined {
  const bracketed = /^\[([^\]]{1,60})\](?::\d{1,5})?$/.exec(entry)?.[1];
  const text = bracketed ?? (parseIp(entry) ? entry : entry.replace(/:\d{1,5}$/, ""));
  const ip: IpAddress | undefined = parseIp(text);
  return ip && formatIp(text);
}

/** Of proxies that name the client in a header of its own. */
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
