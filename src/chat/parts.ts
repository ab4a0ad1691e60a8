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
/**
 * The most emotes, and the most names and addresses, of one message: those behind stay text. Twitch's messages have 500
 * characters; one that is full of emotes or names must not cost many times what another does.
 */
export const MAX_EMOTES = 100;
export const MAX_LINKS = 20;

/** What may end a sentence behind an address. */
const SENTENCE_END = ".,:;!?'…";

/** A text without emotes, names or addresses. @param highlights UTF-16 ranges, ascending and apart */
export function plainParts(text: string, highlights: readonly Range[]): Part[] {
  return cut(text, [], highlights);
}

/**
 * Never throws, whatever the tags say. The time grows with the length of the text and the tags, whatever they hold.
 * @param highlights UTF-16 ranges, ascending and apart
 */
export function messageParts(
  event: Pick<ChatEvent, "text" | "tags">,
  highlights: readonly Range[] = [],
): Part[] {
  return cut(event.text, piecesOf(event), highlights);
}

/** @param pieces in the order of the text, and apart */
function cut(text: string, pieces: readonly Piece[], highlights: readonly Range[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let next = 0;
  /** Adds the plain text up to here, cut where highlights begin and end. */
  const addText = (to: number) => {
    while (at < to) {
      while (next < highlights.length && highlights[next]![1] <= at) next++;
      const [from, end] = highlights[next] ?? [to, to];
      const hit = from <= at;
      const cut = Math.min(hit ? end : from, to);
      parts.push({ kind: "text", text: text.slice(at, cut), hit });
      at = cut;
    }
  };
  for (const { from, to, what } of pieces) {
    addText(from);
    while (next < highlights.length && highlights[next]![1] <= from) next++;
    const hit = next < highlights.length && highlights[next]![0] < to;
    parts.push({ ...what, text: text.slice(from, to), hit });
    at = to;
  }
  addText(text.length);
  return parts;
}

/** In the order of the text, and apart: names and addresses give way to emotes and to the name that a reply begins with. */
function piecesOf({ text, tags }: Pick<ChatEvent, "text" | "tags">): Piece[] {
  const emotes: Piece[] = emotePieces(text, readTag(tags, "emotes") ?? "").slice(0, MAX_EMOTES);
  const answered = answeredPiece(text, tags);
  const taken = answered && !(emotes[0] && overlap(answered, emotes[0])) ? [answered, ...emotes] : emotes;
  const pieces: Piece[] = [];
  let next = 0;
  for (const word of wordPieces(text)) {
    while (next < taken.length && taken[next]!.to <= word.from) pieces.push(taken[next++]!);
    if (next === taken.length || !overlap(taken[next]!, word)) pieces.push(word);
  }
  while (next < taken.length) pieces.push(taken[next++]!);
  return pieces;
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
    if (pieces.length === MAX_LINKS) break;
    const from = match.index;
    if (match[1] !== undefined) {
      const login = match[1].toLowerCase();
      pieces.push({ from, to: from + match[0].length, what: { kind: "mention", login } });
      continue;
    }
    const address = withoutSentenceEnd(match[0]);
    const href = readAddress(address);
    if (href) pieces.push({ from, to: from + address.length, what: { kind: "link", href } });
  }
  return pieces;
}

/** A sentence's end and brackets that were opened before the address are no part of it. */
function withoutSentenceEnd(address: string): string {
  let unopened = 0;
  for (let i = 0; i < address.length; i++) {
    if (address[i] === "(") unopened--;
    else if (address[i] === ")") unopened++;
  }
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    if (last === ")" && unopened > 0) unopened--;
    else if (!SENTENCE_END.includes(last)) break;
  }
  return address.slice(0, end);
}

function readAddress(address: string): string | undefined {
  const url = URL.parse(address);
  // A user name in an address serves only to make it look like another one.
  return url && url.username === "" && url.password === "" ? url.href : undefined;
}

function overlap(a: Piece, b: Piece): boolean {
  return a.from < b.to && b.from < a.to;
}
