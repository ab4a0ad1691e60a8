/**
 * Where the emotes of a message stand can be read off its text: of `25:0-4,6-10` a row keeps no more than where the
 * first one begins, because there begins the word, and the other places are those of the same word. Somebody who fills a
 * message with emotes would otherwise have a row that is mostly numbers.
 */

/** Begins a number, in the place of the `:`; twice, it stands for itself. */
const FIRST = "\x03";

/** Tag values without the ranges that follow from the text; any others stay. */
export function shortenRanges(values: string, text: string): string {
  if (!values.includes(":") && !values.includes(FIRST)) return values;
  // deno-lint-ignore no-control-regex -- the character that begins a number
  return values.replace(/\x03|:(\d+)-\d+(?:,\d+-\d+)*(?=[/;]|$)/g, (found, first?: string) => {
    if (first === undefined) return FIRST + FIRST;
    return found === `:${rangesFrom(text, Number(first))}` ? FIRST + first : found;
  });
}

/** The inverse of {@link shortenRanges}. */
export function restoreRanges(values: string, text: string): string {
  if (!values.includes(FIRST)) return values;
  // deno-lint-ignore no-control-regex -- the character that begins a number
  return values.replace(/\x03(?:\x03|(\d+))/g, (_, first?: string) => {
    return first === undefined ? FIRST : `:${rangesFrom(text, Number(first))}`;
  });
}

/** The ranges of the word that begins at `first`, and of the same word behind it. Twitch counts code points. */
function rangesFrom(text: string, first: number): string {
  const ranges: string[] = [];
  let wanted: string | undefined;
  let at = 0;
  for (const word of text.split(" ")) {
    const length = codePoints(word);
    if (at === first) wanted = word;
    if (word === wanted) ranges.push(`${at}-${at + length - 1}`);
    at += length + 1;
  }
  return ranges.join(",");
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++, count++) if (text.codePointAt(i)! > 0xffff) i++;
  return count;
}
