/** Converts words and phrases of a search to conditions on the text. */
import { anyOf, type Condition, type TextCondition } from "./condition.ts";
import { apostropheForms } from "./text/contractions.ts";
import { isEmoticon } from "./text/emoticons.ts";
import type { Literal } from "./text/literal.ts";
import { fold, type Token, tokens } from "./text/tokens.ts";

/** Signs that count within a word: `c++`, `#1`, `$5`, `100%`, `@name`. Other punctuation only separates words. */
const SIGN = /[+#$%&@*=<>\\/^~|]|\p{Sc}|\p{Sm}|\p{So}/u;
/** Anything but letters, digits and marks. */
const OTHER = /[^\p{L}\p{N}\p{M}]/u;
/** Punctuation around words, which does not count: `(hello!)`. */
const BEFORE = "\"'“”„‘’([{«";
const AFTER = ".,!?;:…\"'“”‘’)]}»";
/** Punctuation between digits counts, too: `3.14`, `20:15`. */
const IN_NUMBER = /\d[.,:'’-]\d/;

/** A word as it was typed. */
export function wordCondition(word: string): Condition {
  const others = apostropheForms(withoutPunctuation(fold(word))[0]);
  if (others.length > 0) return anyOf([word, ...others].map((form) => textOf(form)));
  const text = textOf(word);
  const literal = literalOf(word, text.pieces);
  return literal ? { ...text, literals: [literal] } : text;
}

/** The text between quotes. A single word counts with all its signs, and is no contraction of others. */
export function phraseCondition(phrase: string): Condition {
  const text = textOf(phrase);
  const words = phrase.trim().split(/\s+/);
  const [only, ...others] = words;
  if (others.length > 0 || isEmoticon(only!)) {
    return {
      ...text,
      literals: words.map((word) => literalOf(word)).filter((literal) => literal !== undefined),
    };
  }
  const folded = fold(only!);
  const isPlain = text.pieces.map((piece) => piece.text).join("") === folded.replaceAll(/['’]/g, "");
  return isPlain ? text : { ...text, literals: [{ text: folded, exactCase: false }] };
}

/** The beginning of a word; words and signs before it must be there as they are. */
export function prefixCondition(prefix: string): Condition {
  const text = textOf(prefix);
  const literal = literalOf(prefix, text.pieces);
  return { ...text, open: true, literals: literal ? [literal] : [] };
}

function textOf(text: string): TextCondition {
  return { is: "text", pieces: tokens(fold(text)), open: false, literals: [] };
}

/** The signs of a word that must be found; undefined if it has none that count. @param pieces the tokens of the word */
function literalOf(word: string, pieces?: readonly Token[]): Literal | undefined {
  if (isEmoticon(word)) return { text: word, exactCase: true };
  if (!OTHER.test(word)) return undefined;
  const folded = fold(word);
  const found = pieces ?? tokens(folded);
  if (found.length === 0) return { text: folded, exactCase: false };
  const [core, end] = withoutPunctuation(folded);
  if (endsWithEmoticon(word, end.length)) return { text: folded, exactCase: false };
  // A picture is a token of its own, and found as one.
  const signs = found.filter(({ kind }) => kind === "pictures")
    .reduce((rest, { text }) => rest.replace(text, ""), core);
  if (SIGN.test(signs) || IN_NUMBER.test(core) || beginsWithSign(core)) {
    return { text: core, exactCase: false };
  }
}

/** A word without the punctuation around it, and the punctuation after it. */
function withoutPunctuation(word: string): [core: string, end: string] {
  let [from, to] = [0, word.length];
  while (from < to && BEFORE.includes(word[from]!)) from++;
  while (to > from && AFTER.includes(word[to - 1]!)) to--;
  return [word.slice(from, to), word.slice(to)];
}

/** Whether the word ends with an emoticon, as in `hi:D`. @param punctuation the number of signs at its end */
function endsWithEmoticon(word: string, punctuation: number): boolean {
  for (let length = 2; length <= Math.max(4, punctuation) && length < word.length; length++) {
    const end = word.slice(-length);
    if (isEmoticon(end) && !/^[\p{L}\p{N}]/u.test(end)) return true;
  }
  return false;
}

/** Whether a word begins with a sign that counts: `!discord`, `.net`, but not `...what`. */
function beginsWithSign(core: string): boolean {
  return OTHER.test(core[0] ?? "") && core[0] !== core[1] && core[0] !== "…" &&
    !/^\p{So}|^[\ud800-\udfff]/u.test(core);
}
