/** A message's text, taken to pieces: what is a word, a picture, a name, an address, and what was searched for. */
import { emotePieces } from "./emote_pieces.ts";
import type { ChatEvent } from "./events.ts";
import { readTag } from "./tags.ts";

/** A piece of a message; the `text` of all pieces, one after the other, is the whole text. */
export type Part =
  & { text: string; /** Stands in a highlighted range. */ hit: boolean }
  & (
    | { kind: "text" }
    | { kind: "emote"; id: string }
    | { kind: "mention"; login: string }
    | { kind: "link"; href: string }
  );

/** UTF-16 offsets, the end not included. */
type Range = readonly [from: number, to: number];

interface Piece {
  from: number;
  to: number;
  what: { kind: "emote"; id: string } | { kind: "mention"; login: string } | { kind: "link"; href: string };
}

/** Words that are names or addresses; only http and https may become links. */
const NAME_OR_ADDRESS =
  /(?<![\p{L}\p{N}_@/.])@([a-zA-Z0-9]\w{2,24})(?!\w)|(?<![\p{L}\p{N}_])https?:\/\/[^\s<>"]+/giu;
/** A sentence's end and brackets that were opened before the address are no part of it. */
const AFTER_ADDRESS = /(?:[.,:;!?'…]|\)(?<!\([^)]*\)))+$/u;

/** A text without emotes, names or addresses. @param highlights UTF-16 ranges, ascending */
export function plainParts(text: string, highlights: readonly Range[]): Part[] {
  return plain(text, 0, text.length, highlights);
}

/** Never throws, whatever the tags say. @param highlights UTF-16 ranges, ascending */
export function messageParts(
  event: Pick<ChatEvent, "text" | "tags">,
  highlights: readonly Range[] = [],
): Part[] {
  const { text } = event;
  const emotes = emotePieces(text, readTag(event.tags, "emotes") ?? "");
  const answered = answeredPiece(text, event.tags);
  const taken = answered && !emotes.some((emote) => overlap(answered, emote))
    ? [answered, ...emotes]
    : emotes;
  const words = wordPieces(text).filter((word) => !taken.some((piece) => overlap(word, piece)));
  const pieces = [...taken, ...words].sort((a, b) => a.from - b.from);

  const parts: Part[] = [];
  let at = 0;
  for (const { from, to, what } of pieces) {
    parts.push(...plain(text, at, from, highlights));
    parts.push({
      ...what,
      text: text.slice(from, to),
      hit: highlights.some((h) => h[0] < to && from < h[1]),
    });
    at = to;
  }
  parts.push(...plain(text, at, text.length, highlights));
  return parts;
}

/** The name that a reply begins with, which may be one in any script. */
function answeredPiece(text: string, tags: string): Piece | undefined {
  const login = readTag(tags, "reply-parent-user-login");
  const mention = `@${readTag(tags, "reply-parent-display-name") || login}`;
  if (!login || !text.startsWith(`${mention} `)) return undefined;
  return { from: 0, to: mention.length, what: { kind: "mention", login } };
}

function wordPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const match of text.matchAll(NAME_OR_ADDRESS)) {
    const from = match.index;
    if (match[1] !== undefined) {
      const login = match[1].toLowerCase();
      pieces.push({ from, to: from + match[0].length, what: { kind: "mention", login } });
      continue;
    }
    const address = match[0].replace(AFTER_ADDRESS, "");
    const href = readAddress(address);
    if (href) pieces.push({ from, to: from + address.length, what: { kind: "link", href } });
  }
  return pieces;
}

function readAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  // A user name in an address serves only to make it look like another one.
  return url.username === "" && url.password === "" ? url.href : undefined;
}

function plain(text: string, from: number, to: number, highlights: readonly Range[]): Part[] {
  const parts: Part[] = [];
  let at = from;
  const add = (end: number, hit: boolean) => {
    if (end > at) parts.push({ kind: "text", text: text.slice(at, end), hit });
    at = Math.max(at, end);
  };
  for (const [start, end] of highlights) {
    if (end <= at || start >= to) continue;
    add(Math.min(start, to), false);
    add(Math.min(end, to), true);
  }
  add(to, false);
  return parts;
}

function overlap(a: Piece, b: Piece): boolean {
  return a.from < b.to && b.from < a.to;
}
