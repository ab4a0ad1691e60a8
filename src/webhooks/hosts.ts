/** To which hosts webhooks may be sent. */
import { lookup } from "node:dns/promises";
import { isInRange, parseIp, parseIpRange } from "../web/access/ip_address.ts";

/** Addresses of this machine, of local networks, and of no single machine. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "64:ff9b::/96",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
].map((text) => parseIpRange(text)!);

/** Whether an IP address is one of the Internet. */
export function isPublic(address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && !NOT_PUBLIC.some((range) => isInRange(ip, range));
}

/** `host:port` of an address, as `WEBHOOK_HOSTS` names it. */
function hostOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** What is wrong with the address of a webhook; undefined if nothing is. @param hosts `host:port` of the setting */
export function urlProblem(text: string, hosts: readonly string[]): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "Enter an address that begins with https://.";
  if (url.username !== "" || url.password !== "") {
    return "The address must not contain a user name or a password.";
  }
  const host = hostOf(url);
  if (!hosts.includes(host)) {
    return hosts.length === 0
      ? "No host is allowed yet: the setting WEBHOOK_HOSTS names them."
      : `“${host.slice(0, 80)}” is not allowed. The setting WEBHOOK_HOSTS names the hosts: ${
        hosts.join(", ")
      }.`;
  }
  // Matches must not cross the Internet unencrypted. An address that the setting names itself may be of a local network.
  if (url.protocol === "http:" && !isIp(url.hostname)) return "Use https:// for a host that has a name.";
  return undefined;
}

/**
 * Why the host may not be contacted now; undefined if it may. A name must not lead to this machine or to a local network, because
 * whoever owns the name could change that at any time; the setting allows such an address by naming it.
 */
export async function hostProblem({ hostname }: URL): Promise<string | undefined> {
  if (isIp(hostname)) return undefined;
  const found = await lookup(hostname, { all: true });
  const other = found.find(({ address }) => !isPublic(address));
  return other && `${hostname} is ${other.address}, which is no address of the Internet`;
}

function isIp(hostname: string): boolean {
  return parseIp(hostname.replace(/^\[|\]$/g, "")) !== undefined;
}
