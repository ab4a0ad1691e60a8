/**
 * Renders the parts of a message as text instead of nodes, because a message may have hundreds of parts, and its row must
 * not cost many times as much as one of plain words.
 */
import { raw } from "hono/html";
import type { SetEmote } from "../../src/chat/set_emotes.ts";
import type { Part } from "../../src/parts/message_parts.ts";
import { currentView } from "../view.ts";
import { userAddress } from "./author.tsx";

const TWITCH = "https://static-cdn.jtvnw.net/emoticons/v2";

export function Parts({ parts }: { parts: Part[] }) {
  const own = currentView().ownPictures;
  let markup = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const overlays = part.kind === "emote" ? overlaysOf(parts, i) : [];
    let one = piece(part, own);
    if (overlays.length > 0) {
      one = `<span class="stack">${one}${overlays.map((each) => ` ${piece(each, own)}`).join("")}</span>`;
      // A space is between each two.
      i += 2 * overlays.length;
    }
    markup += part.hit ? `<mark>${one}</mark>` : one;
  }
  return raw(markup);
}

/** More are shown beside the emote. */
const MAX_OVERLAYS = 5;

/** The overlays that follow an emote, with only spaces between. */
function overlaysOf(parts: readonly Part[], at: number): Part[] {
  const overlays: Part[] = [];
  for (let i = at + 2; overlays.length < MAX_OVERLAYS; i += 2) {
    const [space, next] = [parts[i - 1], parts[i]];
    if (space?.kind !== "text" || space.text.trim() !== "") break;
    if (next?.kind !== "emote" || !next.set?.isOverlay) break;
    overlays.push(next);
  }
  return overlays;
}

function piece(part: Part, own: boolean): string {
  const text = escaped(part.text);
  switch (part.kind) {
    case "text":
      return text;
    case "emote":
      return part.set
        ? setEmote(part.set, text, part.text.length)
        : twitchEmote(escaped(part.id), text, part.text.length, own);
    case "mention":
      return `<a class="mention" href="${userAddress(part.login)}">${text}</a>`;
    case "link":
      return `<a href="${
        escaped(part.href)
      }" rel="noopener noreferrer nofollow ugc" target="_blank">${text}</a>`;
  }
}

/** An emote's picture, for light or dark backgrounds. */
function twitchEmote(id: string, code: string, length: number, own: boolean): string {
  const address = (theme: string, size: number) =>
    own ? `/emotes/twitch/${id}/${theme}-${size}` : `${TWITCH}/${id}/default/${theme}/${size}.0`;
  const source = `<source media="(prefers-color-scheme: dark)" srcset="${address("dark", 1)}, ${
    address("dark", 2)
  } 2x"/>`;
  return picture(source, address("light", 1), address("light", 2), code, code, length, 1);
}

function setEmote({ service, id, isOverlay, ratio }: SetEmote, code: string, length: number): string {
  const address = `/emotes/${service}/${id}`;
  const title = `${code} (${SERVICE_NAMES[service]})`;
  return picture("", `${address}/1`, `${address}/2`, code, title, length, ratio, isOverlay);
}

/** The services as their users write them. */
export const SERVICE_NAMES: Readonly<Record<SetEmote["service"], string>> = {
  ffz: "FrankerFaceZ",
  bttv: "BetterTTV",
  "7tv": "7TV",
};

/** Characters of an emote's code that fit into a picture's box in two lines, and the maximum for which the box grows. */
const FITTING = 6;
const MAX_SHOWN = 32;
const HEIGHT_PX = 28;

/**
 * A picture in a box of its size. If it does not load, `static/page/pictures.js` shows its code in the box; a long code
 * widens both.
 */
function picture(
  source: string,
  once: string,
  twice: string,
  code: string,
  title: string,
  length: number,
  ratio: number,
  isOverlay = false,
): string {
  const half = length > FITTING ? `--half:${Math.ceil(Math.min(length, MAX_SHOWN) / 2)};` : "";
  const wide = ratio === 1 ? "" : `--ratio:${ratio};`;
  const style = half || wide ? ` style="${half}${wide}"` : "";
  return `<picture class="${isOverlay ? "emote overlay" : "emote"}" data-code="${code}"${style}>${source}` +
    `<img src="${once}" srcset="${twice} 2x" alt="${code}" title="${title}"` +
    ` width="${
      Math.round(HEIGHT_PX * ratio)
    }" height="${HEIGHT_PX}" loading="lazy" decoding="async"/></picture>`;
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
