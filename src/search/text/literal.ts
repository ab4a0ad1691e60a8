/** Finds texts with signs, such as `c++` and `:D`, and the emoticons of a text. */
import { EMOTICONS, isEmoticon } from "./emoticons.ts";
import { characterAt, characterBefore, isWord } from "./match.ts";

/** A text with signs. At its ends, words end, too. */
export interface Literal {
  /** Folded, unless `exactCase`. */
  text: string;
  /** Whether upper and lower case differ, as in `:D` and `:d`. */
  exactCase: boolean;
}

/** The first occurrence at or after an offset, as offsets from-to. A letter or digit at its end ends a word. */
export function findLiteral(
  { text, exactCase }: Literal,
  open: boolean,
  within: string,
  from: number,
): [number, number] | undefined {
  const isSmiley = exactCase && isEmoticon(text);
  const beginsWord = isWord(characterAt(text, 0));
  const endsWord = !open && isWord(characterBefore(text, text.length));
  for (let at = within.indexOf(text, from); at >= 0; at = within.indexOf(text, at + 1)) {
    const end = at + text.length;
    if (beginsWord && at > 0 && isWord(characterBefore(within, at))) continue;
    if (endsWord && end < within.length && isWord(characterAt(within, end))) continue;
    // An address has `:/` in it.
    if (isSmiley && within[end] === "/") continue;
    return [at, end];
  }
  return undefined;
}

/** Emoticons with a sign, which no term of a word finds. */
const SIGNED: ReadonlySet<string> = new Set([...EMOTICONS].filter((text) => /\W/.test(text)));
/** Any of them. Longer ones need not come first, because only their presence is asked. */
const ANY_SIGNED = new RegExp([...SIGNED].map((text) => text.replace(/\W/g, "\\$&")).join("|"));

/** Whether the emoticon has a sign, so that {@link emoticonsIn} finds it. */
export function isSignedEmoticon(text: string): boolean {
  return SIGNED.has(text);
}

/** The emoticons with a sign that are in a text: every one that a search for it finds. @param text not folded */
export function emoticonsIn(text: string): string[] {
  if (!ANY_SIGNED.test(text)) return [];
  return [...SIGNED].filter((emoticon) =>
    findLiteral({ text: emoticon, exactCase: true }, false, text, 0) !== undefined
  );
}
