/** Runs of characters: what a search is cut into before each run is read. */
import { isEmoticon } from "../text/emoticons.ts";
import { hasWord } from "./word.ts";

/** A quotation mark, of any kind. */
export const QUOTE = /["“”„]/;
/** The maximum number of characters of an emoticon before its parenthesis. */
const MAX_EMOTICON = 3;
/** White space. */
export const SPACE = /\s/;

/** The characters from `at` up to the next space, quote or parenthesis; or an emoticon, which may have a parenthesis. */
export function runAt(text: string, at: number, isInGroup: boolean): string {
  let end = at + 1;
  while (end < text.length && !SPACE.test(text[end]!) && !QUOTE.test(text[end]!)) end++;
  const run = text.slice(at, end);
  const sign = run.startsWith("-") ? 1 : 0;
  for (let length = run.length; length > sign; length--) {
    // Within a group, a repeated `)` ends the group.
    const isWhole = isEmoticon(run.slice(0, length), !isInGroup);
    if (isWhole || isEmoticon(run.slice(sign, length), !isInGroup)) return run.slice(0, length);
    if (run[length - 1] !== ")") break;
  }
  const parenthesis = run.slice(1).search(/[()]/) + 1;
  return parenthesis === 0 || !isInGroup && endsWithEmoticon(run, parenthesis)
    ? run
    : run.slice(0, parenthesis);
}

/** Whether an emoticon that begins before an offset ends the run: `hello:)`. */
function endsWithEmoticon(run: string, before: number): boolean {
  for (let from = Math.max(1, before - MAX_EMOTICON); from < before; from++) {
    if (isEmoticon(run.slice(from))) return true;
  }
  return false;
}

/**
 * Whether a run begins with a `-` that negates what follows. A run of signs such as `->` is a word.
 * @param next the character after the `-`, which may be behind the run
 */
export function negates(run: string, next = ""): boolean {
  if (!run.startsWith("-") || isEmoticon(run) || next === "" || next === "-" || SPACE.test(next)) {
    return false;
  }
  const rest = run.slice(1);
  return QUOTE.test(next) || next === "(" || next === "/" || isEmoticon(rest) || hasWord(rest);
}
