/** The query language: parses what was typed into a search field, matches texts, and finds what to highlight. */
import { findPattern, type Pattern } from "./match.ts";
import { fold, type Token, tokens } from "./tokens.ts";

/** A parsed search: it was split into tokens once, and nothing splits it again. Every part must be found. */
export interface SearchQuery {
  /** Each to be found as a whole word (a run of CJK, Hangul or emoji anywhere). */
  words: Token[];
  /** Each to be found as a sequence of its two or more tokens. */
  phrases: Token[][];
  /** The folded first letters of words, without the `*`. */
  prefixes: string[];
}

/** The maximum length of a search, in characters. */
export const MAX_SEARCH_LENGTH = 200;
/** The maximum number of words, phrases and prefixes of a search. */
export const MAX_SEARCH_TERMS = 16;
/** The minimum length of a prefix: too many words begin with a single letter to be found quickly. */
export const MIN_PREFIX_LENGTH = 2;

/**
 * Reads `words`, `"phrases"` (an unclosed quote runs to the end) and prefixes`*`. The operators of other search languages
 * are punctuation. Never throws; `problem` is a sentence for the user.
 */
export function parseSearch(text: string): { query: SearchQuery } | { problem: string } {
  if (text.length > MAX_SEARCH_LENGTH) {
    return { problem: `A search may have ${MAX_SEARCH_LENGTH} characters, this one has ${text.length}.` };
  }
  const query: SearchQuery = { words: [], phrases: [], prefixes: [] };
  for (const [, phrase, piece] of text.matchAll(/["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+)/g)) {
    const prefix = piece !== undefined && piece.endsWith("*");
    const found = tokens(fold(phrase ?? piece!));
    const last = found.at(-1);
    if (prefix && last?.kind === "word" && isAtEnd(piece, last)) {
      found.pop();
      if ([...last.text].length < MIN_PREFIX_LENGTH) {
        return {
          problem: `${last.text}* is too short: give at least ${MIN_PREFIX_LENGTH} letters before the *.`,
        };
      }
      if (!query.prefixes.includes(last.text)) query.prefixes.push(last.text);
    }
    if (found.length === 1) add(query.words, found[0]!, ({ text }) => text);
    if (found.length > 1) add(query.phrases, found, textOf);
  }
  const count = query.words.length + query.phrases.length + query.prefixes.length;
  if (count === 0) {
    return { problem: "There is nothing to look for in this: type a word, a number or an emoji." };
  }
  if (count > MAX_SEARCH_TERMS) {
    return { problem: `A search may have ${MAX_SEARCH_TERMS} words, this one has ${count}.` };
  }
  return { query };
}

/** Whether the token is right before the stars that end the piece. */
function isAtEnd(piece: string, token: Token): boolean {
  const folded = fold(piece);
  let end = folded.length;
  while (folded[end - 1] === "*") end--;
  return folded.endsWith(token.text, end);
}

/** Adds an item unless the list has one with the same text. */
function add<T>(list: T[], item: T, text: (item: T) => string): void {
  if (!list.some((other) => text(other) === text(item))) list.push(item);
}

/** A phrase as text. */
export function textOf(phrase: readonly Token[]): string {
  return phrase.map(({ text }) => text).join(" ");
}

/** Returns whether a text matches the query. */
export function matcher(query: SearchQuery): (text: string) => boolean {
  const patterns = patternsOf(query);
  return (text) => {
    const folded = fold(text);
    return patterns.every((pattern) => findPattern(pattern, folded, 0) !== undefined);
  };
}

/** The ranges of a text to highlight, as UTF-16 offsets from-to, ascending and apart. */
export function highlights(query: SearchQuery, text: string): [number, number][] {
  const { folded, origin } = foldWithOrigin(text);
  const ranges: [number, number][] = [];
  for (const pattern of patternsOf(query)) {
    let found = findPattern(pattern, folded, 0);
    while (found) {
      ranges.push([origin[found[0]]!, origin[found[1]]!]);
      found = findPattern(pattern, folded, found[1]);
    }
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const apart: [number, number][] = [];
  for (const range of ranges) {
    const last = apart.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else if (range[1] > range[0]) apart.push(range);
  }
  return apart;
}

function patternsOf(query: SearchQuery): Pattern[] {
  return [
    ...query.words.map((token) => ({ pieces: [token], open: false })),
    ...query.phrases.map((pieces) => ({ pieces, open: false })),
    ...query.prefixes.map((text): Pattern => ({ pieces: [{ kind: "word", text }], open: true })),
  ];
}

/** The folded text, and for each of its offsets, the end included, the offset in the original text. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  for (const match of text.matchAll(/[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|[\s\S]\p{M}*/gu)) {
    const piece = fold(match[0]);
    for (let i = 0; i < piece.length; i++) origin.push(match.index);
    folded += piece;
  }
  origin.push(text.length);
  return { folded, origin };
}
