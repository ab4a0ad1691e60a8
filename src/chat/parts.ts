/** A message's text, taken to pieces: what is a word, a picture, a name, an address, and what was searched for. */
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

/**
 * Reads `id:from-to,from-to/id2:…`, inclusive and counted in code points. Ranges that run backwards or past the end
 * do occur: they are clamped or left out, and of two that overlap the first is kept.
 */
function emotePieces(text: string, tag: string): Piece[] {
  if (tag === "") return [];
  const starts = codePointStarts(text);
  const last = starts.length - 2;
  const pieces: Piece[] = [];
  for (const emote of tag.split("/")) {
    const colon = emote.lastIndexOf(":");
    const id = emote.slice(0, colon);
    if (!/^\w{1,100}$/.test(id)) continue;
    for (const range of emote.slice(colon + 1).split(",")) {
      const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(range) ?? [];
      if (from === undefined || Number(from) > Number(to) || Number(from) > last) continue;
      pieces.push({
        from: starts[Number(from)]!,
        to: starts[Math.min(Number(to), last) + 1]!,
        what: { kind: "emote", id },
      });
    }
  }
  pieces.sort((a, b) => a.from - b.from);
  let end = 0;
  return pieces.filter((piece) => piece.from >= end && (end = piece.to));
}

/** The UTF-16 offset at which each code point begins, and at last the length. */
function codePointStarts(text: string): number[] {
  const starts = [0];
  let at = 0;
  for (const point of text) starts.push(at += point.length);
  return starts;
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
