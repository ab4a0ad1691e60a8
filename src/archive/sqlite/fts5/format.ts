/**
 * How FTS5 keeps an index of `detail=none`: what its structure record and its leaves say. The format is told at the top of
 * SQLite's `ext/fts5/fts5_index.c`; it has stayed as it is since FTS5 came, and files depend on it.
 */

/** A piece of the index: its leaves from the first to the last. */
export interface Segment {
  id: number;
  first: number;
  last: number;
}

/** Where a term's list stands on the leaf that the term is on. */
export interface ListStart {
  from: number;
  to: number;
  isFirst: boolean;
  /** It is the last term of its leaf: the list may go on at the beginning of the next ones. */
  isLast: boolean;
}

/** The number under which FTS5 keeps this record. */
export const STRUCTURE_RECORD = 10;
/** The only version that is read here; a table with `secure-delete` has another. */
export const FORMAT_VERSION = 4;
const SEGMENT_IDS = 2 ** 37;
/** The byte that every term begins with where an index has no `prefix=`. */
const MAIN_TERM = 0x30;
/** Two offsets of two bytes: of the first id that belongs to a list from before, and of the table of terms. */
const HEADER = 4;

/** The id of a leaf. */
export function leafId(segment: Segment, page: number): number {
  return segment.id * SEGMENT_IDS + page;
}

/** Those of a structure record, the newest first: what a newer one says of an id holds. @throws where it is damaged */
export function segmentsOf(record: Uint8Array): Segment[] {
  const bytes = new Reading(record, HEADER);
  const levels = bytes.count();
  bytes.number();
  bytes.number();
  const segments: Segment[] = [];
  for (let level = 0; level < levels; level++) {
    bytes.number();
    const ofLevel = Array.from(
      { length: bytes.count() },
      (): Segment => ({ id: bytes.number(), first: bytes.number(), last: bytes.number() }),
    );
    segments.push(...ofLevel.reverse());
    if (bytes.at > record.length) break;
  }
  if (bytes.at > record.length) throw new Error("the index's list of segments is cut short");
  // One that a merge has used up keeps its place without having leaves.
  return segments.filter(({ first }) => first > 0);
}

/** The lists on a leaf of this term, or of all terms that begin so. @throws where the leaf is damaged, as far as that shows */
export function listsOf(leaf: Uint8Array, term: Uint8Array, prefix: boolean): ListStart[] {
  const found: ListStart[] = [];
  const end = endOfLists(leaf);
  const table = new Reading(leaf, end);
  const bytes = new Reading(leaf, 0);
  let at = 0;
  // How many bytes of the term the one at hand begins with.
  let same = 0;
  for (let next = table.numberOrEnd(); next !== undefined;) {
    at += next;
    bytes.at = at;
    const isFirst = at === next;
    const kept = isFirst ? 0 : bytes.number();
    const added = bytes.number();
    if (bytes.at + added > end || isFirst && leaf[bytes.at] !== MAIN_TERM) {
      throw new Error("a page of the index has no terms where it says so");
    }
    // Terms are in order: one that shares less with the one before has left behind what begins so.
    if (kept < same) break;
    if (kept === same) {
      while (same < term.length && same - kept < added && leaf[bytes.at + same - kept] === term[same]) same++;
    }
    next = table.numberOrEnd();
    if (same === term.length && (prefix || kept + added === same)) {
      found.push({
        from: bytes.at + added,
        to: next === undefined ? end : at + next,
        isFirst,
        isLast: next === undefined,
      });
    }
  }
  return found;
}

/** The most ids that fit on a leaf: each takes a byte at least, and a leaf has at most 64 kB. */
const scratch = new Float64Array(65_536);

/** The ids of a list, or of a part of it, ascending; those that were taken out of it are negative. */
export function readIds(leaf: Uint8Array, { from, to }: { from: number; to: number }): Float64Array {
  if (to > leaf.length || to - from > scratch.length) throw new Error("a page of the index is cut short");
  let count = 0;
  let id = 0;
  for (let at = from; at < to;) {
    let byte = leaf[at++]!;
    if (byte === 0) {
      // Taken out; a second zero: and put there again.
      if (at < to && leaf[at] === 0) at++;
      else scratch[count - 1] = -id;
      continue;
    }
    // Up to four bytes in whole numbers of 32 bits, which is nearly always enough, and a third faster.
    let difference = byte & 0x7f;
    for (let more = 3; byte >= 0x80 && more > 0; more--) {
      byte = leaf[at++]!;
      difference = difference << 7 | byte & 0x7f;
    }
    while (byte >= 0x80) {
      byte = leaf[at++]!;
      difference = difference * 128 + (byte & 0x7f);
    }
    id += difference;
    scratch[count++] = id;
  }
  return scratch.slice(0, count);
}

/** What stands on a leaf of the list that began on an earlier one; empty where it ended there. */
export function continued(leaf: Uint8Array): { from: number; to: number } {
  const from = uint16(leaf, 0);
  const end = endOfLists(leaf);
  if (from === 0) return { from: end, to: end };
  if (from < HEADER || from > end) throw new Error("a page of the index begins beyond its end");
  return { from, to: new Reading(leaf, end).numberOrEnd() ?? end };
}

/** @throws where the leaf is shorter than it says */
function endOfLists(leaf: Uint8Array): number {
  const end = uint16(leaf, 2);
  if (end < HEADER || end > leaf.length) throw new Error("a page of the index is cut short");
  return end;
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 8 | bytes[at + 1]!;
}

/** Numbers of SQLite's format: seven bits a byte, the highest first, the eighth telling that there are more. */
class Reading {
  constructor(readonly bytes: Uint8Array, public at: number) {}

  number(): number {
    let number = 0;
    let byte;
    do {
      byte = this.bytes[this.at++]!;
      number = number * 128 + (byte & 0x7f);
    } while (byte >= 0x80);
    return number;
  }

  /** A number of things, each of which takes bytes: what is damaged must not be taken at its word. */
  count(): number {
    const count = this.number();
    if (count > this.bytes.length) {
      throw new Error(`the index cannot have ${count} segments or levels of them`);
    }
    return count;
  }

  numberOrEnd(): number | undefined {
    return this.at < this.bytes.length ? this.number() : undefined;
  }
}
