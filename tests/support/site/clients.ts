/** The kinds of client that a site tells apart. */
import type { Scope } from "../../../src/archive/access/token.ts";
import { makeToken } from "../../../src/web/access/token.ts";
import type { TestSite } from "./site.ts";

/** Logs in, and returns the cookie of the session. */
export async function logIn(site: TestSite, password: string): Promise<string> {
  const answer = await site.request("/login", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" },
    body: String(new URLSearchParams({ password })),
  });
  return answer.headers.getSetCookie().find((cookie) => cookie.startsWith("scrollback_session"))!.split(
    ";",
  )[0]!;
}

/** Stores a token that is named for its scopes, and returns its text. */
export async function newToken(
  site: TestSite,
  scopes: Scope | readonly Scope[],
  { days, name }: { days?: number; name?: string } = {},
): Promise<string> {
  const list = [scopes].flat();
  const wishes = { name: name ?? list.join("-"), scopes: list, days };
  const { text, token } = makeToken(wishes, site.recorder.now());
  const outcome = await site.recorder.change({ kind: "create token", token });
  if (outcome !== "done") throw new Error(`the token was not created: ${outcome}`);
  return text;
}
