/** The methods that an address knows: for OPTIONS, and for requests with another one. */
import type { Context, Env, Hono, MiddlewareHandler } from "hono";

/** Those that a route can have; HEAD and OPTIONS follow from them. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The methods with which a path can be requested; none if there is nothing at it. */
export function methodsOf<E extends Env>({ router }: Hono<E>, path: string): string[] {
  // Middleware is at every path, with the method ALL.
  const known = METHODS.filter((method) =>
    router.match(method, path)[0].some(([[, route]]) => route.method === method)
  );
  if (known.length === 0) return [];
  return [...known.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]), "OPTIONS"];
}

/** Sets `Allow` on answers to OPTIONS, and on refusals of a method. */
export function nameMethods(of: (c: Context) => readonly string[]): MiddlewareHandler {
  return async function nameMethods(c, next) {
    await next();
    if (c.req.method !== "OPTIONS" && c.res.status !== 405) return;
    const methods = of(c);
    if (methods.length > 0) c.res.headers.set("Allow", methods.join(", "));
  };
}
