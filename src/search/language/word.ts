/** Reads a run of characters as a word or a prefix. */
import { characterBefore } from "../text/match.ts";
import { fold, isTokenCharacter, isWordCharacter } from "../text/tokens.ts";
import type { Leaf } from "./tree.ts";

/** The minimum length of a prefix: too many words begin with a single letter to be found quickly. */
const MIN_PREFIX_LENGTH = 2;

/** A word or a prefix, or a sentence for the user about what is wrong with it. */
export function readWord(run: string): Leaf | { sentence: string } {
  if (fold(run) === "") return { sentence: "This has only invisible characters." };
  const stem = withoutStars(run);
  if (stem === "" || stem === run || stem.startsWith("*")) {
    if (!run.startsWith("*") || run.endsWith("*") || !hasWord(run)) return { kind: "word", text: run };
    const rest = run.replace(/^\*+/, "").slice(0, 60);
    return {
      sentence: `\`*\` stands at the end of a word: \`${rest}*\` finds words that begin with ${rest}.`,
    };
  }
  const folded = fold(stem);
  const last = folded === "" ? "" : characterBefore(folded, folded.length);
  // Without a word before it, a star is a character like others.
  if (!isTokenCharacter(last)) return { kind: "word", text: run };
  // Runs and pictures are found anywhere, with and without a star.
  if (!isWordCharacter(last)) return { kind: "word", text: stem };
  const word = lastWord(folded);
  if ([...word].length >= MIN_PREFIX_LENGTH) return { kind: "prefix", text: stem };
  return { sentence: `${word}* is too short: give at least ${MIN_PREFIX_LENGTH} letters before the *.` };
}

function withoutStars(text: string): string {
  let end = text.length;
  while (text[end - 1] === "*") end--;
  return text.slice(0, end);
}

/** Whether a text has any word, run or picture. */
export function hasWord(text: string): boolean {
  return [...fold(text)].some(isTokenCharacter);
}

/** The word characters at the end of a folded text. */
function lastWord(folded: string): string {
  let from = folded.length;
  while (from > 0 && isWordCharacter(characterBefore(folded, from))) {
    from -= characterBefore(folded, from).length;
  }
  return folded.slice(from);
}
