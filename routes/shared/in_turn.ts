/** Queues expensive requests by client. */
import type { Context } from "hono";
import { clientKey } from "../../src/web/access/ip_address.ts";
import type { Env, Site } from "../site.tsx";

/**
 * Runs `work`, which includes rendering, when it is the client's turn, unless no client waits for the page any more.
 * @throws like `FairQueue.run`
 */
export function inTurn<T>(site: Site, c: Context<Env>, work: () => Promise<T>): Promise<T> {
  c.get("isExpensive")?.();
  return site.searches.run(clientKey(c.get("client").address), c.get("abandoned"), work);
}
