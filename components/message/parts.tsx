/**
 * Renders the parts of a message as text instead of nodes, because a message may have hundreds of parts, and its row must
 * not cost many times as much as one of plain words.
 */
import { raw } from "hono/html";
import type { Part } from "../../src/parts/message_parts.ts";
import { userAddress } from "./author.tsx";

const EMOTES = "https://static-cdn.jtvnw.net/emoticons/v2";

export function Parts({ parts }: { parts: Part[] }) {
  let markup = "";
  for (const part of parts) markup += part.hit ? `<mark>${piece(part)}</mark>` : piece(part);
  return raw(markup);
}

function piece(part: Part): string {
  const text = escaped(part.text);
  switch (part.kind) {
    case "text":
      return text;
    case "emote":
      return emote(escaped(part.id), text, part.text.length);
    case "mention":
      return `<a class="mention" href="${userAddress(part.login)}">${text}</a>`;
    case "link":
      return `<a href="${
        escaped(part.href)
      }" rel="noopener noreferrer nofollow ugc" target="_blank">${text}</a>`;
  }
}

/** Characters of an emote's code that fit into a picture's box in two lines, and the maximum for which the box grows. */
const FITTING = 8;
const MAX_SHOWN = 32;

/**
 * An emote's picture, for light or dark backgrounds. If it does not load, `static/page/pictures.js` shows its code in a box
 * of the same size; a long code widens both.
 */
function emote(id: string, code: string, length: number): string {
  const dark = `${EMOTES}/${id}/default/dark`;
  const light = `${EMOTES}/${id}/default/light`;
  const half = Math.ceil(Math.min(length, MAX_SHOWN) / 2);
  const width = length > FITTING ? ` style="--half:${half}"` : "";
  return `<picture class="emote" data-code="${code}"${width}>` +
    `<source media="(prefers-color-scheme: dark)" srcset="${dark}/1.0, ${dark}/2.0 2x"/>` +
    `<img src="${light}/1.0" srcset="${light}/2.0 2x" alt="${code}" title="${code}"` +
    ` width="28" height="28" loading="lazy" decoding="async"/></picture>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text and values of quoted attributes. */
function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (c) => ENTITIES[c]!) : text;
}
