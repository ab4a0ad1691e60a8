/** The emotes of a text, from the `emotes` tag. */

/** An emote in a text. */
export interface EmotePiece {
  /** UTF-16 offsets; `to` is excluded. */
  from: number;
  to: number;
  what: { kind: "emote"; id: string };
}

const ID = /^\w{1,100}$/;
const RANGE = /^(\d{1,9})-(\d{1,9})$/;
const SPACE = /\s/;
/** Twitch's names of emotes are shorter. */
const MAX_NAME = 64;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Parses `id:from-to,from-to/id2:…`, with inclusive ranges in code points. Never throws.
 *
 * Twitch has sent ranges that are shifted or too long, so ranges are corrected by the text: a range that begins inside a
 * word of exactly its length is that word; any other range ends where its word ends. Backward ranges, ranges outside the
 * text and ranges of only white space are ignored. Pieces are ascending and do not overlap (the first one wins), and no
 * piece begins or ends inside a surrogate pair or a grapheme.
 */
export function emotePieces(text: string, tag: string): EmotePiece[] {
  if (tag === "") return [];
  const words = new Words(text);
  const pieces: EmotePiece[] = [];
  for (const emote of tag.split("/")) {
    const colon = emote.lastIndexOf(":");
    const id = emote.slice(0, colon);
    if (!ID.test(id)) continue;
    for (const range of emote.slice(colon + 1).split(",")) {
      const [, from, to] = RANGE.exec(range) ?? [];
      const place = from === undefined ? undefined : words.place(Number(from), Number(to));
      if (place) pieces.push({ ...place, what: { kind: "emote", id } });
    }
  }
  pieces.sort((a, b) => a.from - b.from);
  let end = 0;
  return pieces.filter((piece) => piece.from >= end && (end = piece.to));
}

/** A text's code points, its words (separated by white space) and its graphemes, with look-ups in constant time. */
class Words {
  readonly #text: string;
  /** The code points; the text itself if it has no surrogates. */
  readonly #points: string | readonly string[];
  /** The UTF-16 offset of each code point, and finally the length; undefined if the offsets are the same. */
  readonly #starts: readonly number[] | undefined;
  #spans: Spans | undefined;
  #graphemes: Graphemes | undefined;

  constructor(text: string) {
    this.#text = text;
    if (!SURROGATE.test(text)) {
      this.#points = text;
      return;
    }
    const starts = [0];
    for (const point of this.#points = [...text]) starts.push(starts.at(-1)! + point.length);
    this.#starts = starts;
  }

  /** The UTF-16 offsets of a range of code points after correction; undefined if the range is invalid. */
  place(from: number, to: number): { from: number; to: number } | undefined {
    if (from > to || from >= this.#points.length) return undefined;
    if (this.#starts === undefined && this.#isAsciiWord(from, to)) return { from, to: to + 1 };
    const { begins, ends } = this.#spans ??= spansOf(this.#points);
    const [begin, end] = [begins[from]!, ends[from]!];
    const first = Math.max(from, begin);
    if (first > to || begin === end) return undefined;
    const isShifted = first > begin && end - begin === to - from + 1;
    const [at, upTo] = isShifted ? [begin, end] : [first, Math.min(to + 1, end)];
    return {
      from: this.#boundary(this.#starts?.[at] ?? at, "before"),
      to: this.#boundary(this.#starts?.[upTo] ?? upTo, "after"),
    };
  }

  /** Whether a range is a whole word of ASCII, which needs no correction: nearly every one that Twitch sends. */
  #isAsciiWord(from: number, to: number): boolean {
    const text = this.#text;
    // Longer ones are left to the spans, so that many long ranges do not take quadratic time.
    if (to >= text.length || to - from > MAX_NAME) return false;
    for (let i = from; i <= to; i++) if (!isVisibleAscii(text.charCodeAt(i))) return false;
    return (from === 0 || text[from - 1] === " ") && (to + 1 === text.length || text[to + 1] === " ");
  }

  /** The nearest boundary between graphemes in that direction. */
  #boundary(at: number, side: "before" | "after"): number {
    const text = this.#text;
    // An ASCII character begins a grapheme, except for a few signs that join a digit; most texts are only ASCII.
    if (at === 0 || at === text.length || text.charCodeAt(at) < 128) return at;
    return (this.#graphemes ??= graphemesOf(text))[side][at]!;
  }
}

/** For each code point, the start and the end (excluded) of its word. White space has those of the next word. */
interface Spans {
  begins: Int32Array;
  ends: Int32Array;
}

function spansOf(points: string | readonly string[]): Spans {
  const begins = new Int32Array(points.length);
  const ends = new Int32Array(points.length);
  for (let at = 0; at < points.length;) {
    let begin = at;
    while (begin < points.length && isSpace(points[begin]!)) begin++;
    let end = begin;
    while (end < points.length && !isSpace(points[end]!)) end++;
    begins.fill(begin, at, end);
    ends.fill(end, at, end);
    at = end;
  }
  return { begins, ends };
}

function isVisibleAscii(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

function isSpace(point: string): boolean {
  const code = point.charCodeAt(0);
  return code <= 0x20 ? SPACE.test(point) : code >= 0xa0 && SPACE.test(point);
}

/** For each UTF-16 offset, the nearest boundary at or before it, and at or after it. */
interface Graphemes {
  before: Int32Array;
  after: Int32Array;
}

function graphemesOf(text: string): Graphemes {
  const before = new Int32Array(text.length + 1);
  const after = new Int32Array(text.length + 1);
  let last = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text)) {
    before.fill(index, index, index + segment.length);
    after.fill(index, last + 1, index + 1);
    last = index;
  }
  before[text.length] = text.length;
  after.fill(text.length, last + 1);
  return { before, after };
}
