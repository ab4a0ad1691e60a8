/** Finds names in Twitch's sentence of a notice. */
import type { ChatEvent } from "../../src/chat/events.ts";
import { type NoticeDetails, noticeDetails } from "../../src/irc/events/usernotice.ts";

/** A piece of the sentence. The concatenation of all pieces is the sentence. */
export interface SentencePiece {
  text: string;
  /** Set if the piece is a name. */
  names?: "author" | "channel" | { login: string };
}

interface Candidate {
  /** The possible spellings in the sentence, the likeliest first. */
  spellings: (string | undefined)[];
  names: NonNullable<SentencePiece["names"]>;
}

interface Found {
  from: number;
  to: number;
  names: NonNullable<SentencePiece["names"]>;
}

/**
 * Splits a sentence at the names in it. A name is linked once, as a whole word: the author's at its first occurrence, the
 * others' at their last one, so that `Tier gifted a Tier 1 sub to sub!` links both users.
 */
export function sentencePieces(event: Pick<ChatEvent, "author" | "channel" | "tags">): SentencePiece[] {
  const { sentence, others } = noticeDetails(event);
  const found: Found[] = [];
  for (const { spellings, names } of candidates(event, others)) {
    const place = firstPlace(sentence, spellings, names !== "author", found);
    if (place) found.push({ ...place, names });
  }
  const pieces: SentencePiece[] = [];
  let at = 0;
  for (const { from, to, names } of found.sort((a, b) => a.from - b.from)) {
    if (from > at) pieces.push({ text: sentence.slice(at, from) });
    pieces.push({ text: sentence.slice(from, to), names });
    at = to;
  }
  if (at < sentence.length) pieces.push({ text: sentence.slice(at) });
  return pieces;
}

function candidates(
  { author, channel }: Pick<ChatEvent, "author" | "channel">,
  others: NoticeDetails["others"],
): Candidate[] {
  const list: Candidate[] = [];
  if (author) list.push({ spellings: [author.displayName, author.login], names: "author" });
  for (const { login, displayName } of others) {
    list.push({ spellings: [displayName, login], names: { login } });
  }
  list.push({ spellings: [channel], names: "channel" });
  return list;
}

function firstPlace(
  sentence: string,
  spellings: (string | undefined)[],
  isLast: boolean,
  taken: readonly Found[],
): { from: number; to: number } | undefined {
  for (const fold of [(text: string) => text, lower]) {
    for (const spelling of spellings) {
      if (!spelling) continue;
      const places = placesOf(fold(sentence), fold(spelling))
        .filter(({ from, to }) => !taken.some((other) => other.from < to && from < other.to));
      const place = isLast ? places.at(-1) : places[0];
      if (place) return place;
    }
  }
  return undefined;
}

/** The occurrences of `name` as a whole word. */
function placesOf(sentence: string, name: string): { from: number; to: number }[] {
  const places = [];
  for (let from = sentence.indexOf(name); from >= 0; from = sentence.indexOf(name, from + name.length)) {
    const to = from + name.length;
    if (!isWord(sentence.charAt(from - 1)) && !isWord(sentence.charAt(to))) places.push({ from, to });
  }
  return places;
}

function isWord(character: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(character);
}

/** Converts only `A` to `Z` to lower case, so that offsets do not change. */
function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
