/**
 * Parses and formats the addresses in settings: the listening address, Twitch's, and the history service's.
 */

export interface ListenAddress {
  /** An IP address without brackets, or a host name. `0.0.0.0` = every IPv4 address of this machine. */
  hostname: string;
  /** 0 to 65535; 0 = any free port. */
  port: number;
}

export interface IrcAddress {
  /** False is allowed on loopback only. */
  tls: boolean;
  /** An IP address without brackets, or a host name. */
  hostname: string;
  port: number;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Parses `host:port`, `[ipv6]:port` or `:port`. Returns `undefined` for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text.trim());
  if (!match) return undefined;
  const port = Number(match[3]);
  const hostname = match[1] !== undefined ? readIpv6(match[1]) : readHost(match[2]!);
  if (hostname === undefined || port > 65535) return undefined;
  return { hostname, port };
}

/** Parses `ircs://host[:6697]` or `irc://loopback[:6667]`. Returns `undefined` for anything else. */
export function parseIrcAddress(text: string): IrcAddress | undefined {
  const match = /^(ircs?):\/\/(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(
    text.trim().toLowerCase(),
  );
  if (!match) return undefined;
  const tls = match[1] === "ircs";
  const port = match[4] === undefined ? (tls ? 6697 : 6667) : Number(match[4]);
  const hostname = match[2] !== undefined ? readIpv6(match[2]) : readHost(match[3]!);
  if (hostname === undefined || port < 1 || port > 65535) return undefined;
  // Without TLS the token would cross the network unencrypted.
  if (!tls && !isLoopback(hostname)) return undefined;
  return { tls, hostname, port };
}

/** Returns `text` if it is `https://host/path/{login}` or `http://loopback/…`, otherwise `undefined`. */
export function parseHistoryUrl(text: string): string | undefined {
  const [before, after, more] = text.split("{login}");
  if (after === undefined || more !== undefined) return undefined;
  const url = URL.parse(before + "login" + after);
  if (!url || url.hash !== "" || url.username !== "" || url.password !== "") return undefined;
  // The login must be in the path or the query. Elsewhere each channel would have a different host.
  if (!new RegExp(`^[a-z]+://[^/]+/.*{login}`, "i").test(text)) return undefined;
  const isLocal = url.protocol === "http:" && isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
  return url.protocol === "https:" || isLocal ? text : undefined;
}

/** Parses hosts separated by commas or spaces, `name`, `name:port`, `[ipv6]:port`, to `host:port`; port 443 if none is given. */
export function parseHosts(text: string): string[] | undefined {
  const hosts = text.toLowerCase().split(/[\s,]+/).filter((host) => host !== "").map((host) => {
    const address = parseListenAddress(/:\d+$/.test(host) ? host : `${host}:443`);
    const isHost = address && address.port > 0 && !host.startsWith(":") && !host.startsWith("*");
    return isHost ? formatAddress(address) : undefined;
  });
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

/** Returns the `host:port` of a valid history URL. */
export function historyHost(text: string): string {
  return hostOf(text.replace("{login}", "login"));
}

/** Returns the `host:port` of an http or https URL. */
export function hostOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** Whether only this machine can reach a server that listens on `hostname`. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Returns `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ hostname, port }: { hostname: string; port: number }): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function readHost(host: string): string | undefined {
  if (host === "" || host === "*") return "0.0.0.0";
  // Digits and dots must form a full IPv4 address: resolvers interpret 127.1 or 300.1.1.1 differently.
  if (/^[\d.]+$/.test(host)) {
    const quad = host.split(".");
    const isValid = quad.length === 4 &&
      quad.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
    return isValid ? host : undefined;
  }
  return HOST_NAME.test(host) ? host.toLowerCase() : undefined;
}

function readIpv6(host: string): string | undefined {
  try {
    return new URL(`http://[${host}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
}
