/** Expensive requests wait for their client's turn. */
import type { Context } from "hono";
import { clientKey } from "../../src/web/access/ip_address.ts";
import type { Env, Site } from "../site.tsx";

/**
 * Does the work, results made into markup included, when it is the turn of the client that asks; not at all where nobody
 * waits for the page any more.
 * @throws what {@link FairQueue.run} throws
 */
export function inTurn<T>(site: Site, c: Context<Env>, work: () => Promise<T>): Promise<T> {
  c.get("isExpensive")?.();
  return site.searches.run(clientKey(c.get("client").address), c.get("abandoned"), work);
}
