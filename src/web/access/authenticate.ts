/** Identifies the token of a request. */
import type { Context, MiddlewareHandler } from "hono";
import { Failure } from "../failure.ts";
import { isAlwaysOpen } from "./access.ts";
import { tokenOf } from "./token.ts";
import type { TokenBook } from "./token_book.ts";

/** At addresses that are for everybody a token says nothing. Elsewhere, sets `token` if the request carries a valid one, or `refusal` if what it carries is none. */
export function authenticate(book: TokenBook): MiddlewareHandler {
  return async function authenticate(c, next) {
    if (isAlwaysOpen(c.req.path)) return await next();
    try {
      const text = tokenOf(c);
      if (text !== undefined) c.set("token", await tokenNamed(book, text));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      c.set("refusal", error);
    }
    await next();
  };
}

async function tokenNamed(book: TokenBook, text: string) {
  const known = await book.find(text);
  if (known.is === "valid") return known.token;
  if (known.is === "unknown") {
    throw new Failure("unauthenticated", "This token is not valid here. It may have been revoked.");
  }
  throw new Failure("unauthenticated", `This token expired on ${new Date(known.at).toISOString()}.`);
}

/** Refuses requests whose token is not valid, whatever else they carry. */
export function refuseInvalid(): MiddlewareHandler {
  return async function refuseInvalid(c: Context, next) {
    const refusal: Failure | undefined = c.get("refusal");
    if (refusal) throw refusal;
    await next();
  };
}
