/** Splits a message's text into parts: text, emotes, mentions and links, with highlights of search hits. */
import { type EmotePiece, emotePieces } from "./emote_pieces.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { PlacedEmote, SetEmote } from "../chat/set_emotes.ts";
import { answeredMessage, emoteRanges } from "../irc/events/privmsg.ts";

/** A part of a message. The concatenation of every `text` is the whole text. */
export type Part =
  & { text: string; /** Whether a highlight contains it. */ hit: boolean }
  & (
    | { kind: "text" }
    | Emote
    | { kind: "mention"; login: string }
    | { kind: "link"; href: string }
  );

/** An emote of Twitch, or of another service. */
export type Emote = { kind: "emote"; id: string; set?: undefined } | { kind: "emote"; set: SetEmote };

/** The data that decide the parts of a message. */
type Message = Pick<StoredEvent, "text" | "tags" | "setEmotes">;

/** UTF-16 offsets; `to` is excluded. */
type Range = readonly [from: number, to: number];

interface Piece {
  from: number;
  to: number;
  what: Emote | { kind: "mention"; login: string } | { kind: "link"; href: string };
}

/** Mentions and addresses. Only http and https become links. */
const NAME_OR_ADDRESS =
  /(?<![\p{L}\p{N}_@/.])@([a-zA-Z0-9]\w{2,24})(?![\p{L}\p{M}\p{N}_])|(?<![\p{L}\p{N}_])https?:\/\/[^\s<>"]+/giu;
/**
 * The largest numbers of emotes, and of mentions and links, in one message; the rest stays text. Twitch's messages have
 * 500 characters, and one full of emotes or mentions must not cost many times as much as others.
 */
const MAX_EMOTES = 100;
const MAX_LINKS = 20;

/** Characters at the end of an address that belong to the sentence. */
const SENTENCE_END = ".,:;!?'…";

/** The parts of a text without emotes, mentions or links. @param highlights UTF-16 ranges, ascending and disjoint */
export function plainParts(text: string, highlights: readonly Range[]): Part[] {
  return cut(text, [], highlights);
}

/**
 * The parts of a message. Never throws, for any tags. The time is linear in the length of the text and the tags.
 * @param highlights UTF-16 ranges, ascending and disjoint
 */
export function messageParts(
  event: Message,
  highlights: readonly Range[] = [],
): Part[] {
  return cut(event.text, piecesOf(event), highlights);
}

/** @param pieces ascending and disjoint */
function cut(text: string, pieces: readonly Piece[], highlights: readonly Range[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let next = 0;
  /** Adds the plain text up to `to`, split where highlights begin and end. */
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

/** The pieces, ascending and disjoint. Emotes and the mention at the start of a reply win over mentions and links. */
function piecesOf(event: Message): Piece[] {
  const { text, setEmotes = [] } = event;
  const own: Piece[] = twitchEmotes(event);
  const emotes = setEmotes.length === 0 ? own : merged(own, setEmotes.map(setPiece)).slice(0, MAX_EMOTES);
  const answered = answeredPiece(event);
  const taken = answered && !(emotes[0] && overlap(answered, emotes[0])) ? [answered, ...emotes] : emotes;
  // Every mention has the one sign, and every address the other.
  if (!text.includes("@") && !text.includes("://")) return taken;
  return merged(taken, wordPieces(text));
}

/** Both, ascending. Pieces of the second list that overlap one of the first are dropped. @param first ascending, disjoint */
function merged(first: readonly Piece[], second: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  let next = 0;
  for (const piece of second) {
    while (next < first.length && first[next]!.to <= piece.from) pieces.push(first[next++]!);
    if (next === first.length || !overlap(first[next]!, piece)) pieces.push(piece);
  }
  while (next < first.length) pieces.push(first[next++]!);
  return pieces;
}

function setPiece({ from, to, emote }: PlacedEmote): Piece {
  return { from, to, what: { kind: "emote", set: emote } };
}

/** The Twitch emotes, ascending and disjoint. Never throws, for any tags. */
function twitchEmotes({ text, tags }: Message): EmotePiece[] {
  return emotePieces(text, emoteRanges(tags)).slice(0, MAX_EMOTES);
}

/** The names of the Twitch emotes of a message, in the order of the text: the texts of its parts that are emotes. */
export function emoteNames(event: Message): string[] {
  return twitchEmotes(event).map(({ from, to }) => event.text.slice(from, to));
}

/** The mention at the start of a reply, which may be a display name in any script. */
function answeredPiece(event: Message): Piece | undefined {
  const answered = answeredMessage(event);
  const mention = `@${answered?.displayName}`;
  if (!answered?.login || !event.text.startsWith(`${mention} `)) return undefined;
  return { from: 0, to: mention.length, what: { kind: "mention", login: answered.login } };
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

/** Removes the end of a sentence, and closing brackets that were opened before the address. */
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
  // A user name in an address only disguises its host.
  return url && url.username === "" && url.password === "" ? url.href : undefined;
}

function overlap(a: Piece, b: Piece): boolean {
  return a.from < b.to && b.from < a.to;
}
