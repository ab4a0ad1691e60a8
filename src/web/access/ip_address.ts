/** Parses and formats IP addresses and ranges, and groups addresses by client. */

export interface IpAddress {
  /** 32 or 128. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address. */
  bits: 32 | 128;
  value: bigint;
}

/** The addresses whose first `prefix` bits are those of `value`. */
export interface IpRange extends IpAddress {
  prefix: number;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** Maximum length of an address as text: an IPv6 address that ends with an IPv4 address. */
const MAX_LENGTH = 45;

/**
 * Parses `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1` or `fe80::1%eth0`. Returns `undefined` for anything
 * else.
 */
export function parseIp(text: string): IpAddress | undefined {
  const [bare = "", zone] = text.split("%");
  if (bare.length > MAX_LENGTH) return undefined;
  if (IPV4.test(bare)) {
    return zone === undefined ? { bits: 32, value: joinedBits(bare.split("."), 10, 8n) } : undefined;
  }
  const groups = ipv6Groups(bare);
  if (!groups) return undefined;
  const value = joinedBits(groups, 16, 16n);
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/**
 * Parses an address, or a range such as `10.0.0.0/8` with host bits 0. Returns `undefined` for anything else.
 */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = "", length, more] = text.split("/");
  const ip = parseIp(address);
  if (!ip || more !== undefined || address.includes("%")) return undefined;
  if (length === undefined) return { ...ip, prefix: ip.bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > ip.bits) return undefined;
  const prefix = Number(length);
  const rest = (1n << BigInt(ip.bits - prefix)) - 1n;
  return (ip.value & rest) === 0n ? { ...ip, prefix } : undefined;
}

export function isInRange(ip: IpAddress, range: IpRange): boolean {
  if (ip.bits !== range.bits) return false;
  const rest = BigInt(range.bits - range.prefix);
  return ip.value >> rest === range.value >> rest;
}

/**
 * Returns a key that is the same for addresses of one client: an IPv4 address, or the /64 network of an IPv6
 * address, which usually belongs to one household or machine. A text that is not an address is its own key.
 */
export function clientKey(address: string): string {
  const ip = parseIp(address);
  if (!ip) return address.slice(0, MAX_LENGTH);
  return ip.bits === 32 ? `4:${ip.value.toString(16)}` : `6:${(ip.value >> 64n).toString(16)}`;
}

/**
 * Returns the canonical form of an address. A text that is not an address is returned, cut to 45 characters.
 */
export function formatIp(address: string): string {
  const ip = parseIp(address);
  if (!ip) return address.slice(0, MAX_LENGTH);
  if (ip.bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (ip.value >> shift) & 255n).join(".");
  const groups = Array.from(
    { length: 8 },
    (_, n) => ((ip.value >> BigInt(112 - n * 16)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

export function isLoopbackAddress(address: string): boolean {
  const ip = parseIp(address);
  if (!ip) return false;
  return ip.bits === 32 ? ip.value >> 24n === 127n : ip.value === 1n;
}

/** The eight groups of an IPv6 address, `::` expanded. */
function ipv6Groups(text: string): string[] | undefined {
  const [head = "", tail, more] = text.split("::");
  if (more !== undefined) return undefined;
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<string>(missing).fill("0"), ...after];
}

function groupsOf(text: string): string[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const last = groups.at(-1)!;
  if (IPV4.test(last)) {
    const value = joinedBits(last.split("."), 10, 8n);
    groups.splice(-1, 1, (value >> 16n).toString(16), (value & 0xffffn).toString(16));
  }
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups : undefined;
}

function joinedBits(parts: readonly string[], radix: number, width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(parseInt(part, radix)), 0n);
}
