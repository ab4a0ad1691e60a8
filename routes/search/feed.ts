/** Messages as an Atom feed (RFC 4287). */
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { searchableText } from "../../src/search/text/tokens.ts";

export interface FeedOptions {
  /** The search. */
  title: string;
  /** The feed's own address. */
  self: URL;
  /** The page with the same messages. */
  page: URL;
}

/** Length of the text in a title, in characters. */
const MAX_TITLE = 80;

/** @param events newest first */
export function feedOf(events: readonly StoredEvent[], { title, self, page }: FeedOptions): string {
  const updated = events.length > 0 ? receivedAt(events[0]!.id) : 0;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>${xml(title)} · Scrollback</title>
  <id>${xml(page.href)}</id>
  <link rel="self" type="application/atom+xml" href="${xml(self.href)}"/>
  <link rel="alternate" type="text/html" href="${xml(page.href)}"/>
  <updated>${new Date(updated).toISOString()}</updated>
${events.map((event) => entryOf(event, self)).join("")}</feed>
`;
}

function entryOf(event: StoredEvent, base: URL): string {
  const { id, author, channel } = event;
  const text = searchableText(event);
  const name = author?.displayName || author?.login || "Twitch";
  const start = [...text].slice(0, MAX_TITLE).join("");
  const address = new URL(`/messages/${id}`, base).href;
  return `  <entry>
    <title>${xml(`${name} in #${channel}: ${start}${start.length < text.length ? "…" : ""}`)}</title>
    <id>${xml(address)}</id>
    <link href="${xml(address)}"/>
    <updated>${new Date(receivedAt(id)).toISOString()}</updated>
    <author><name>${xml(name)}</name></author>
    <content type="text">${xml(text)}</content>
  </entry>
`;
}

/** Escapes a text, and drops the characters that XML 1.0 does not allow. */
function xml(text: string): string {
  return text
    // deno-lint-ignore no-control-regex -- XML does not allow these characters
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "")
    .replaceAll(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
