/**
 * Folds texts and splits them into tokens and terms. Texts that are indexed and searches go through the same functions.
 */
import type { ChatEvent } from "../../chat/events.ts";
import { noticeSentence } from "../../irc/events/usernotice.ts";

/** A piece of a folded text. A `word` is found as a whole; a `run` (script without spaces) or `pictures` anywhere. */
export interface Token {
  /** What it consists of. */
  kind: "word" | "run" | "pictures";
  /** The folded text. */
  text: string;
}

/** Scripts without spaces between words: Chinese, Japanese, Korean (for ㅋㅋㅋ), Thai and its neighbours. */
const RUN = "[[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Bopomofo}" +
  "\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ー]&&[\\p{L}\\p{N}\\p{M}]]";
/**
 * Emoji and other pictures, without the characters of drawings (frames, blocks, braille), and without U+166D, which is
 * punctuation in the Unicode 6.1 of SQLite's tokenizer. A flag is two letters.
 */
const PICTURE =
  "(?:[\\u{1F1E6}-\\u{1F1FF}]{2}|[\\p{So}--[\\u166d\\u2500-\\u259f\\u2800-\\u28ff\\ufffc\\ufffd]])";
/** A character of an ordinary word. */
const WORD = `[[\\p{L}\\p{N}\\p{M}\\p{Pc}]--${RUN}]`;

const TOKENS = new RegExp(`(${RUN}+)|((?:${PICTURE})+)|${WORD}+`, "gv");
const PICTURES = new RegExp(PICTURE, "gv");
// deno-lint-ignore no-control-regex -- ASCII includes the control characters
const ASCII = /^[\x00-\x7f]*$/;

const WORD_CHARACTER = new RegExp(`^${WORD}$`, "v");
const TOKEN_CHARACTER = new RegExp(`^(?:${RUN}|${WORD}|${PICTURE}|[\\u{1F1E6}-\\u{1F1FF}])$`, "v");

/** Whether a character (a code point of a folded text) belongs to ordinary words. */
export function isWordCharacter(character: string): boolean {
  return WORD_CHARACTER.test(character);
}

/** Whether a character (a code point of a folded text) belongs to any token. */
export function isTokenCharacter(character: string): boolean {
  return TOKEN_CHARACTER.test(character);
}

/** Invisible characters, variation selectors, joiners, and the skin tones of emoji. */
export const INVISIBLE =
  /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{1f3fb}-\u{1f3ff}\u{e0000}-\u{e0fff}]/gu;

/** Letters that many people type as others, by their lower-case form. */
const REPLACED: Record<string, string> = {
  // Unicode's case folding, and so the index's tokenizer, maps these to others.
  "µ": "μ",
  "ſ": "s",
  "ς": "σ",
  "ϐ": "β",
  "ϑ": "θ",
  "ϕ": "φ",
  "ϖ": "π",
  "ϰ": "κ",
  "ϱ": "ρ",
  "ϵ": "ε",
  // Letters with a stroke, without a dot, or of two letters, which Unicode does not decompose.
  "ß": "ss",
  "ø": "o",
  "ł": "l",
  "đ": "d",
  "ı": "i",
};
const REPLACEABLE = new RegExp(`[${Object.keys(REPLACED).join("")}]`, "g");

/**
 * Letters and digits that may have a compatibility form: `ﬁ`, `²`, `Ⅳ`, `𝓱`, `ⓗ`, full-width and half-width forms. Single
 * jamo are excluded, because `ㅋㅠ` would become the syllable `큐`. Signs keep their form: `™` would join the word before it.
 */
const COMPATIBLE = new RegExp("[[\\p{L}\\p{N}ⓐ-ⓩⒶ-Ⓩ]--[a-zA-Z0-9ㄱ-ㆎﾠ-ￜ]]+", "gv");
/** The punctuation of ASCII in full width. */
const WIDE = /[！-～]/g;

/** Marks that are not written by everybody: accents, and the vowel points of Hebrew and Arabic, whose letters `ـ` stretches. */
const POINTS =
  /[\u0300-\u034e\u0350-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/g;

/** Ends a run of marks and has no meaning. No folded text has one of its own, as {@link INVISIBLE} includes it. */
const JOINER = "\u034f";

/**
 * Lower case, without accents, vowel points and invisible characters, and with compatibility forms of letters as usual ones.
 * The length may change.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const lower = text
    .replace(INVISIBLE, "")
    .replace(WIDE, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(COMPATIBLE, (letters) => letters.normalize("NFKC"))
    .toLowerCase();
  return inShortRuns(lower, (text) =>
    text
      .normalize("NFD")
      .replace(POINTS, "")
      .normalize("NFC")
      .replace(REPLACEABLE, (c) => REPLACED[c]!));
}

/**
 * Normalises a text. Normalisation sorts the marks of a character by insertion, so its time grows with the square of their
 * number: a run is cut after 30 marks, as in Unicode's stream-safe text format (UAX #15, section 13).
 */
export function inShortRuns(text: string, normalize: (text: string) => string): string {
  if (!/\p{M}{31}/u.test(text)) return normalize(text);
  return normalize(text.replace(/\p{M}{30}/gu, `$&${JOINER}`)).replaceAll(JOINER, "");
}

/** Whether a text has only ASCII characters. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Pieces that fold independently: jamo in a row, and a character with its marks, of which half-width kana have two more. */
const GRAPHEMES = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|[\s\S][\p{M}\uff9e\uff9f]*/gu;

/** The folded text, and for each of its offsets, the end included, the offset in the original text. */
export function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  for (const match of text.matchAll(GRAPHEMES)) {
    const piece = fold(match[0]);
    for (let i = 0; i < piece.length; i++) origin.push(match.index);
    folded += piece;
  }
  origin.push(text.length);
  return { folded, origin };
}

/** The tokens of a folded text, in its order. */
export function tokens(folded: string): Token[] {
  const found: Token[] = [];
  for (const match of folded.matchAll(TOKENS)) {
    found.push({ kind: match[1] ? "run" : match[2] ? "pictures" : "word", text: match[0] });
  }
  return found;
}

/**
 * The terms that find a token: a word itself, the pairs of characters of a run (a single character as a `prefix`), and each
 * picture.
 */
export function termsOf(token: Token): { text: string; prefix: boolean }[] {
  if (token.kind === "word") return [{ text: token.text, prefix: false }];
  if (token.kind === "pictures") return token.text.match(PICTURES)!.map((text) => ({ text, prefix: false }));
  const characters = [...token.text];
  if (characters.length === 1) return [{ text: token.text, prefix: true }];
  return characters.slice(1).map((c, i) => ({ text: characters[i]! + c, prefix: false }));
}

/**
 * The terms of a text, separated by spaces, for the index's tokenizer, which splits at everything but letters, digits,
 * marks, connectors and pictures. A run becomes its pairs of characters and its last character, so that each character
 * begins a term. Private-use characters are dropped: the other terms of the index begin with one.
 */
export function indexTerms(text: string, folding = fold): string {
  if (isAscii(text)) return text;
  const terms: string[] = [];
  for (const token of tokens(folding(text))) {
    if (token.kind === "word") terms.push(token.text);
    else if (token.kind === "pictures") terms.push(...token.text.match(PICTURES)!);
    else {
      const characters = [...token.text];
      for (let i = 1; i < characters.length; i++) terms.push(characters[i - 1]! + characters[i]!);
      terms.push(characters.at(-1)!);
    }
  }
  return terms.join(" ");
}

/** The text of an event that is searched; of a notice, with the sentence that Twitch wrote. */
export function searchableText(event: Pick<ChatEvent, "kind" | "text" | "tags">): string {
  switch (event.kind) {
    case "state":
    case "raw":
      return "";
    case "notice": {
      const sentence = noticeSentence(event.tags);
      return sentence === undefined ? event.text : `${event.text}\n${sentence}`;
    }
    default:
      return event.text;
  }
}
