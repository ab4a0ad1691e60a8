/**
 * Shortens the ranges of emotes. The text determines most of them: of `25:0-4,6-10`, a row has only the start of the
 * first range. The emote's word begins there, and the other ranges are those of the same word further on. Otherwise a
 * message full of emotes would be a row that is mostly numbers.
 */

/** Begins a number, instead of the `:`. Doubled, it means itself. */
const FIRST = "\x03";

/** Tag values without the ranges that follow from the text. Other ranges stay. */
export function shortenRanges(values: string, text: string): string {
  if (!values.includes(":") && !values.includes(FIRST)) return values;
  let words: Words | undefined;
  // deno-lint-ignore no-control-regex -- the character that begins a number
  return values.replace(/\x03|:(\d+)-[\d,-]*\d(?=[/;]|$)/g, (found, first?: string) => {
    if (first === undefined) return FIRST + FIRST;
    words ??= wordsOf(text);
    return hasRanges(words, Number(first), found) ? FIRST + first : found;
  });
}

/** The inverse of {@link shortenRanges}. */
export function restoreRanges(values: string, text: string): string {
  if (!values.includes(FIRST)) return values;
  const words = wordsOf(text);
  // deno-lint-ignore no-control-regex -- the character that begins a number
  return values.replace(/\x03(?:\x03|(\d+))/g, (_, first?: string) => {
    return first === undefined ? FIRST : `:${rangesFrom(words, Number(first))}`;
  });
}

/** The first and last position of each word of a text, in code points, as Twitch counts. */
interface Words {
  from: number[];
  to: number[];
  /** The index of the next same word; -1 if there is none. */
  next: number[];
}

function wordsOf(text: string): Words {
  const words: Words = { from: [], to: [], next: [] };
  const last = new Map<string, number>();
  let at = 0;
  for (const word of text.split(" ")) {
    const place = words.from.length;
    const before = last.get(word);
    if (before !== undefined) words.next[before] = place;
    last.set(word, place);
    const length = codePoints(word);
    words.from.push(at);
    words.to.push(at + length - 1);
    words.next.push(-1);
    at += length + 1;
  }
  return words;
}

/** The index of the word that begins at `first`; -1 if there is none. */
function placeOf({ from }: Words, first: number): number {
  let low = 0;
  let high = from.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (from[middle]! === first) return middle;
    if (from[middle]! < first) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The ranges of the word that begins at `first`, and of the same words after it. */
function rangesFrom(words: Words, first: number): string {
  const ranges: string[] = [];
  for (let place = placeOf(words, first); place >= 0; place = words.next[place]!) {
    ranges.push(`${words.from[place]}-${words.to[place]}`);
  }
  return ranges.join(",");
}

/** Whether `found` is `:` and {@link rangesFrom}. Stops at the first difference, because a text may have very many ranges. */
function hasRanges(words: Words, first: number, found: string): boolean {
  let at = 0;
  for (let place = placeOf(words, first); place >= 0; place = words.next[place]!) {
    const range = `${at === 0 ? ":" : ","}${words.from[place]}-${words.to[place]}`;
    if (!found.startsWith(range, at)) return false;
    at += range.length;
  }
  return at === found.length;
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++, count++) if (text.codePointAt(i)! > 0xffff) i++;
  return count;
}
