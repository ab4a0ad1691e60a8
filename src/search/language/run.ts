/** Runs of characters: what a search is cut into before each run is read. */
import { isEmoticon } from "../text/emoticons.ts";
import { hasWord } from "./word.ts";

/** A quotation mark, of any kind. */
export const QUOTE = /["“”„]/;
/** White space. */
export const SPACE = /\s/;

/** The characters from `at` up to the next space or quote; within a group, also up to the next parenthesis. */
export function runAt(text: string, at: number, isInGroup: boolean): string {
  let end = at + 1;
  while (end < text.length && !SPACE.test(text[end]!) && !QUOTE.test(text[end]!)) end++;
  const run = text.slice(at, end);
  if (!isInGroup) return run;
  // An emoticon may have a parenthesis of its own.
  const sign = run.startsWith("-") ? 1 : 0;
  for (let length = run.length; length > sign; length--) {
    if (isEmoticon(run.slice(0, length)) || isEmoticon(run.slice(sign, length))) return run.slice(0, length);
    if (run[length - 1] !== ")") break;
  }
  const parenthesis = run.slice(1).search(/[()]/);
  return parenthesis < 0 ? run : run.slice(0, parenthesis + 1);
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
