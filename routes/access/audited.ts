/** Records changes in the audit log of the archive, and in the program's log. */
import type { Context, MiddlewareHandler } from "hono";
import type { AuditEntry } from "../../src/archive/access/audit.ts";
import { messageOf } from "../../src/chat/errors.ts";
import { asFailure } from "../../src/web/failure.ts";
import type { Env, Site } from "../site.tsx";

/** Length in characters. */
const MAX_OBJECT = 500;

/** Names the object of a change, for people. Without it, the log has the path. */
export function noteObject(c: Context<Env>, object: string): void {
  c.set("changed", object.slice(0, MAX_OBJECT));
}

/**
 * Middleware for a route that changes something. It runs after the check of rights, so that clients without rights
 * cannot fill the log.
 * @param action what the route does, in the imperative: `delete channel`
 * @param onlyDone whether attempts that did not succeed are left out
 */
export function audited(site: Site, action: string, { onlyDone = false } = {}): MiddlewareHandler<Env> {
  return async function audited(c, next) {
    await next();
    const result = resultOf(c);
    if (onlyDone && result !== "done") return;
    const { token, ...rest } = clientOf(c);
    const entry: AuditEntry = {
      ...rest,
      token,
      at: site.now(),
      action,
      object: c.get("changed") ?? c.req.path,
      result,
    };
    site.log.info("{who} from {address}: {action}: {object}: {result}", {
      ...entry,
      who: token === undefined ? entry.by : `token ${token}`,
      requestId: c.get("requestId"),
    });
    try {
      await site.recorder.change({ kind: "audit", entry });
    } catch (error) {
      // The change itself is made or refused already. The line above is its trace.
      site.log.error("the audit log cannot be written: {reason}", { reason: messageOf(error) });
    }
  };
}

function clientOf(c: Context<Env>): Pick<AuditEntry, "by" | "token" | "address"> {
  const { address } = c.get("client");
  const token = c.get("token");
  if (token) return { by: "token", token: token.name, address };
  return { by: c.get("access") === "open" ? "loopback" : "session", address };
}

function resultOf(c: Context<Env>): string {
  if (c.error) return `failed: ${asFailure(c.error).message}`;
  return c.res.status < 400 ? "done" : `refused with status ${c.res.status}`;
}
