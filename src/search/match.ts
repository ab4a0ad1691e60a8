/**
 * Where a word or a phrase occurs in a folded text. By hand and not by regular expressions: those know the classes of
 * Unicode too, but take milliseconds to compile, for every search anew.
 */
import { isTokenCharacter, isWordCharacter, type Token } from "./tokens.ts";

export interface Pattern {
  /** In this order, with nothing between them but what belongs to no token. */
  pieces: Token[];
  /** Whether the last word may go on. */
  open: boolean;
}

/** The first occurrence that begins at or after the offset, from-to; undefined where there is none. */
export function findPattern(pattern: Pattern, folded: string, from: number): [number, number] | undefined {
  const first = pattern.pieces[0];
  if (!first) return undefined;
  for (let at = folded.indexOf(first.text, from); at >= 0; at = folded.indexOf(first.text, at + 1)) {
    const end = endAt(pattern, folded, at);
    if (end !== undefined) return [at, end];
  }
  return undefined;
}

/** Where the pattern ends, if it stands at this offset. */
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
      while (wordGoesOn(folded, end)) end += characterAt(folded, end).length;
    } else if (wordGoesOn(folded, end)) return undefined;
  }
  return end;
}

function wordGoesOn(folded: string, at: number): boolean {
  return at < folded.length && isWord(characterAt(folded, at));
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!);
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text[at - 1]!;
}

/** The answers for ASCII, which nearly all questions are about. */
const ASCII = Array.from({ length: 128 }, (_, code) => /[0-9a-z_]/.test(String.fromCharCode(code)));

function isWord(character: string): boolean {
  return ASCII[character.charCodeAt(0)] ?? isWordCharacter(character);
}

function isToken(character: string): boolean {
  return ASCII[character.charCodeAt(0)] ?? isTokenCharacter(character);
}
