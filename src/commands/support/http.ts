/** The limits of HTTP, and the server that listens at the configured address. */
import type { Config } from "../../config.ts";
import { formatAddress } from "../../config/address.ts";
import { getLogger } from "../../log.ts";
import { isInRange, isLoopbackAddress, parseIp, parseIpRange } from "../../web/access/ip_address.ts";
import type { Fetch } from "../../web/server/answer_request.ts";
import {
  type ConnectionBounds,
  connectionBounds,
  countFreeDescriptors,
  RESERVED_DESCRIPTORS,
} from "../../web/server/connection_bounds.ts";
import { type HttpServer, startHttpServer } from "../../web/server/http_server.ts";

/** Call it before anything else is opened: it counts the free file descriptors. */
export function httpBounds({ httpMaxConnections }: Config): ConnectionBounds {
  // Files embedded in a compiled executable cannot be opened as files of the system.
  const file = Deno.build.standalone
    ? Deno.execPath()
    : new URL("../../../static/favicon.svg", import.meta.url);
  const descriptors = countFreeDescriptors(file, httpMaxConnections + RESERVED_DESCRIPTORS);
  const bounds = connectionBounds(httpMaxConnections, descriptors);
  if (bounds.total < httpMaxConnections) {
    getLogger("http").warn(
      "at most {total} connections: the system allows this process {descriptors} open files",
      {
        total: bounds.total,
        descriptors,
      },
    );
  }
  return bounds;
}

/** @throws an error that contains the address, if it cannot listen */
export function listen({ http, trustedProxies }: Config, bounds: ConnectionBounds, fetch: Fetch): HttpServer {
  const trusted = trustedProxies.map((text) => parseIpRange(text)!);
  const isExempt = (address: string) => {
    const ip = parseIp(address);
    return isLoopbackAddress(address) || ip !== undefined && trusted.some((range) => isInRange(ip, range));
  };
  try {
    return startHttpServer({ ...http, fetch, bounds, isExempt, log: getLogger("http") });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot listen at ${formatAddress(http)}: ${reason}`, { cause });
  }
}
