/** Decodes posting lists: the differences between ascending documents, as variable-length integers. */

/** A part of a list: bytes of a leaf. */
export interface ListPart {
  leaf: Uint8Array;
  from: number;
  to: number;
}

/** Grows to the longest parts that were read together: a document takes at least a byte. */
let scratch = new Float64Array(65_536);

/** The documents of a list or of a part of it, ascending; removed ones are negative. */
export function readDocs(leaf: Uint8Array, { from, to }: { from: number; to: number }): Float64Array {
  return readParts([{ leaf, from, to }]);
}

/** The documents of parts, one after the other. One array for all of them takes a third of the time of one for each. */
export function readParts(parts: readonly ListPart[]): Float64Array {
  const bytes = parts.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  if (bytes > scratch.length) scratch = new Float64Array(2 * bytes);
  let count = 0;
  for (const part of parts) count = decode(part, scratch, count);
  return scratch.slice(0, count);
}

/** Appends the documents of a part to the first `count` ones of an array. @returns the new number of documents */
function decode({ leaf, from, to }: ListPart, docs: Float64Array, count: number): number {
  if (to > leaf.length) throw new Error("a page of the index is cut short");
  const first = count;
  let doc = 0;
  for (let at = from; at < to;) {
    let byte = leaf[at++]!;
    if (byte === 0) {
      // Removed; with a second zero, removed and added again.
      if (at < to && leaf[at] === 0) at++;
      else if (count > first) docs[count - 1] = -doc;
      continue;
    }
    // The first four bytes as 32-bit integers: nearly always enough, and faster by a third.
    let difference = byte & 0x7f;
    for (let more = 3; byte >= 0x80 && more > 0; more--) {
      byte = leaf[at++]!;
      difference = difference << 7 | byte & 0x7f;
    }
    while (byte >= 0x80) {
      byte = leaf[at++]!;
      difference = difference * 128 + (byte & 0x7f);
    }
    doc += difference;
    docs[count++] = doc;
  }
  return count;
}
