/** The form of highlight rules, and the marks on a page. */
import type { ChatEvent } from "../../../src/chat/events.ts";
import { ANN, message } from "../../support/archive/events.ts";
import { type TestSite } from "../../support/site/site.ts";

export const said = (text: string, more: Partial<ChatEvent> = {}) => message(ANN, text, more);

/** Sends the form; gives the answer and the cookie that the browser then has. */
export async function post(
  site: TestSite,
  fields: Record<string, string>,
  { cookie = "", path = "/highlights" } = {},
): Promise<{ answer: Response; cookie: string }> {
  const answer = await site.request(path, {
    method: "POST",
    headers: { Cookie: cookie, Origin: "http://localhost" },
    body: new URLSearchParams(fields),
  });
  const set = answer.headers.get("Set-Cookie")?.split(";")[0];
  return { answer, cookie: set ?? cookie };
}

export const page = async (site: TestSite, path: string, cookie = "") =>
  await (await site.request(path, { headers: { Cookie: cookie } })).text();

/** Color and words of the mark of each row with a text. */
export function marks(html: string): Record<string, string | undefined> {
  const rows = html.split('<li id="m').slice(1);
  return Object.fromEntries(rows.map((row) => {
    const text = /<span class="text"[^>]*>([^<]*)/.exec(row)?.[1] ?? "";
    const color = /^[^>]* data-mark="(\w+)"/.exec(row)?.[1];
    const words = /<span class="sr-only">Highlighted by (.*?): ?<\/span>/.exec(row)?.[1];
    return [text, color && `${color} by ${words}`];
  }));
}

/** Searches of the rules on the page, in their order, by section. */
export const listed = (html: string) =>
  html.split("<h2>For everybody</h2>").map((part) =>
    [...part.matchAll(/title="Messages that it marks"><code>(.*?)<\/code>/g)].map(([, search]) => search)
  );
