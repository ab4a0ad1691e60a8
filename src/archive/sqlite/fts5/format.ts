/**
 * FTS5's file format for an index with `detail=none`: the structure record and the leaves. The comment at the top of
 * SQLite's `ext/fts5/fts5_index.c` describes it. It has not changed since the first release of FTS5, as files depend on it.
 */

/** A segment of the index: its leaves from the first to the last. */
export interface Segment {
  id: number;
  first: number;
  last: number;
}

/** The part of a term's list on the leaf that has the term. */
export interface ListStart {
  from: number;
  to: number;
  isFirst: boolean;
  /** The last term of its leaf: the list may continue at the beginning of the next leaves. */
  isLast: boolean;
}

/** The id of FTS5's structure record. */
export const STRUCTURE_RECORD = 10;
/** The only version that this program reads; a table with `secure-delete` has version 5. */
export const FORMAT_VERSION = 4;
const SEGMENT_IDS = 2 ** 37;
/** The first byte of every term of an index without `prefix=`. */
const MAIN_TERM = 0x30;
/** Two offsets of two bytes: of the rest of a list that began on an earlier leaf, and of the table of terms. */
const HEADER = 4;

/** The id of a leaf. */
export function leafId(segment: Segment, page: number): number {
  return segment.id * SEGMENT_IDS + page;
}

/** The segments of a structure record, newest first: a newer one overrides older ones. @throws if it is damaged */
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
  // A segment that a merge has consumed keeps its place but has no leaves.
  return segments.filter(({ first }) => first > 0);
}

/** The lists on a leaf of this term, or of all terms with this prefix. @throws if the leaf is visibly damaged */
export function listsOf(leaf: Uint8Array, term: Uint8Array, prefix: boolean): ListStart[] {
  const found: ListStart[] = [];
  const end = endOfLists(leaf);
  const table = new Reading(leaf, end);
  const bytes = new Reading(leaf, 0);
  let at = 0;
  // Number of first bytes that the present term shares with the wanted one.
  let same = 0;
  for (let next = table.numberOrEnd(); next !== undefined;) {
    at += next;
    bytes.at = at;
    const isFirst = at === next;
    const kept = isFirst ? 0 : bytes.number();
    const added = bytes.number();
    if (bytes.at + added > end || isFirst && leaf[bytes.at] !== MAIN_TERM) {
      throw new Error("a page of the index does not have the terms that it lists");
    }
    // Terms ascend: one that shares fewer bytes with its predecessor is beyond the prefix.
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

/** The part on this leaf of a list that began on an earlier one; empty if it ended there. */
export function continued(leaf: Uint8Array): { from: number; to: number } {
  const from = uint16(leaf, 0);
  const end = endOfLists(leaf);
  if (from === 0) return { from: end, to: end };
  if (from < HEADER || from > end) throw new Error("a page of the index begins beyond its end");
  return { from, to: new Reading(leaf, end).numberOrEnd() ?? end };
}

/** The terms of a leaf, ascending. @throws if the leaf is visibly damaged, or has terms of a `prefix=` index */
export function termsOn(leaf: Uint8Array): string[] {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return Array.from(termBytesOn(leaf), (term) => decoder.decode(term.subarray(1)));
}

/** The bytes of each term; valid until the next one. */
function* termBytesOn(leaf: Uint8Array): Generator<Uint8Array> {
  const end = endOfLists(leaf);
  const table = new Reading(leaf, end);
  const term = new Uint8Array(leaf.length);
  let length = 0;
  let at = 0;
  for (let next = table.numberOrEnd(); next !== undefined; next = table.numberOrEnd()) {
    at += next;
    const bytes = new Reading(leaf, at);
    const kept = at === next ? 0 : bytes.number();
    const added = bytes.number();
    if (kept > length || kept + added > term.length || bytes.at + added > end) {
      throw new Error("a page of the index does not have the terms that it lists");
    }
    term.set(leaf.subarray(bytes.at, bytes.at + added), kept);
    length = kept + added;
    if (term[0] !== MAIN_TERM) throw new Error("a page of the index has terms of another index");
    yield term.subarray(0, length);
  }
}

/**
 * The terms of a leaf with this prefix, and their lists.
 * @param least the length of the shortest list that matters, in bytes: most terms have very short ones
 * @throws like {@link termsOn}
 */
export function termsWith(
  leaf: Uint8Array,
  prefix: Uint8Array,
  least: number,
): { term: string; start: ListStart }[] {
  const lists = listsOf(leaf, prefix, true);
  const found: { term: string; start: ListStart }[] = [];
  if (!lists.some(({ from, to }) => to - from >= least)) return found;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 0;
  for (const term of termBytesOn(leaf)) {
    if (!prefix.every((byte, i) => term[i] === byte)) continue;
    const start = lists[at++];
    if (start && start.to - start.from >= least) {
      found.push({ term: decoder.decode(term.subarray(1)), start });
    }
  }
  return found;
}

/** The end of the lists on a leaf. @throws if the leaf is shorter than its header says */
function endOfLists(leaf: Uint8Array): number {
  const end = uint16(leaf, 2);
  if (end < HEADER || end > leaf.length) throw new Error("a page of the index is cut short");
  return end;
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 8 | bytes[at + 1]!;
}

/** Reads SQLite's variable-length integers: seven bits a byte, the highest first; the eighth bit means that more follow. */
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

  /** A number of items that take a byte at least. @throws if it is larger than the record, so that reading always ends */
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
