/**
 * Finds words and phrases in a folded text. Written by hand, as a regular expression with Unicode classes would take
 * milliseconds to compile for every search.
 */
import { isTokenCharacter, isWordCharacter, type Token } from "./tokens.ts";

/** Tokens to find in a text. */
export interface Pattern {
  /** To be found in this order, with nothing but non-token characters between them. */
  pieces: readonly Token[];
  /** Whether the last word may be longer: a prefix. */
  open: boolean;
}

/** The first occurrence at or after an offset, as offsets from-to; undefined if there is none. */
export function findPattern(pattern: Pattern, folded: string, from: number): [number, number] | undefined {
  const first = pattern.pieces[0];
  if (!first) return undefined;
  for (let at = folded.indexOf(first.text, from); at >= 0; at = folded.indexOf(first.text, at + 1)) {
    const end = endAt(pattern, folded, at);
    if (end !== undefined) return [at, end];
  }
  return undefined;
}

/** The end of the occurrence at this offset, if there is one. */
function endAt({ pieces, open }: Pattern, folded: string, at: number): number | undefined {
  let end = at;
  for (const [i, { kind, text }] of pieces.entries()) {
    if (i > 0) {
      while (end < folded.length && !isToken(characterAt(folded, end))) {
        end += characterAt(folded, end).length;
      }
    }
    if (!folded.startsWith(text, end)) return undefined;
    if (kind === "word" && end > 0 && isWord(characterBefore(folded, end))) return undefined;
    end += text.length;
    if (kind !== "word") continue;
    if (open && i === pieces.length - 1) {
      while (wordContinues(folded, end)) end += characterAt(folded, end).length;
    } else if (wordContinues(folded, end)) return undefined;
  }
  return end;
}

function wordContinues(folded: string, at: number): boolean {
  return at < folded.length && isWord(characterAt(folded, at));
}

/** The character (code point) at an offset. */
export function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!);
}

/** The character (code point) that ends at an offset. */
export function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text[at - 1]!;
}

/** Precomputed for ASCII, which nearly all characters are. */
const ASCII = Array.from({ length: 128 }, (_, code) => /[0-9a-z_]/.test(String.fromCharCode(code)));

/** Whether a character of a folded text belongs to an ordinary word. */
export function isWord(character: string): boolean {
  return ASCII[character.charCodeAt(0)] ?? isWordCharacter(character);
}

function isToken(character: string): boolean {
  return ASCII[character.charCodeAt(0)] ?? isTokenCharacter(character);
}
