/** Finds and reads the pages of `messages_index`. */
import type { DatabaseSync } from "node:sqlite";
import type { IndexTerm } from "../postings/candidates.ts";
import { prepareDirectory } from "./directory.ts";
import { leafId, type Segment, segmentsOf, STRUCTURE_RECORD } from "./format.ts";
import { usingIndex } from "./health.ts";

/** The first byte of every term: it belongs to the index itself and not to a `prefix=` index. */
const MAIN = "0";

export class IndexPages {
  readonly #sql;

  /** @throws AppError index_unusable if the index lacks one of its tables. Check its format with `IndexHealth.marks` first. */
  constructor(db: DatabaseSync) {
    this.#sql = usingIndex(() => prepareDirectory(db));
  }

  /** The present segments, newest first. */
  segments(): Segment[] {
    return usingIndex(() => segmentsOf(this.#block(STRUCTURE_RECORD)));
  }

  /** The pages of a segment on which a term of this range begins, but the first one. */
  between(segment: Segment, from: Uint8Array, to: Uint8Array): number[] {
    return (this.#sql.between.all(segment.id, from, to) as { page: number }[]).map(({ page }) => page);
  }

  /** Their number; not exact above `max`. */
  countBetween(segment: Segment, from: Uint8Array, to: Uint8Array, max: number): number {
    return this.#sql.count.get(segment.id, from, to, max)!.pages as number;
  }

  /** The only page that can have the term, or the first one that can have terms of the prefix. */
  pageOf(term: Uint8Array, { id, first }: Segment): number {
    // The directory still lists pages that a merge has consumed.
    return Math.max(first, this.#sql.before.get(id, term)?.page as number ?? first);
  }

  /** The last page that may have a part of a list. @param end the bytes that follow its term */
  lastPage(end: Uint8Array, { id, last }: Segment): number {
    return this.#sql.after.get(id, end)?.page as number ?? last;
  }

  leaf(segment: Segment, page: number): Uint8Array {
    return this.#block(leafId(segment, page));
  }

  /** Adjacent pages, the last one included: in one statement, a page takes 1.3 µs instead of 5. */
  leaves(segment: Segment, first: number, last: number): Uint8Array[] {
    if (first === last) return [this.leaf(segment, first)];
    const rows = this.#sql.blocks.all(leafId(segment, first), leafId(segment, last)) as unknown as [
      unknown,
    ][];
    if (rows.length <= last - first) {
      throw new Error(`the index lacks a page of ${leafId(segment, first)} to ${leafId(segment, last)}`);
    }
    return rows.map(([block], i) => bytesOf(block, leafId(segment, first + i)));
  }

  #block(id: number): Uint8Array {
    const row = this.#sql.block.get(id) as unknown as [unknown] | undefined;
    if (row === undefined) throw new Error(`the index lacks its page ${id}`);
    return bytesOf(row[0], id);
  }
}

function bytesOf(block: unknown, id: number): Uint8Array {
  if (!(block instanceof Uint8Array)) throw new Error(`page ${id} of the index is no page`);
  return block;
}

/** The first bytes of a term or a prefix, and the least bytes after it. */
export function boundsOf({ text, prefix }: IndexTerm): { term: Uint8Array; end: Uint8Array } {
  const term = new TextEncoder().encode(MAIN + text);
  // The least bytes after the term, or after everything that begins with it: UTF-8 has no byte 0xff.
  return { term, end: new Uint8Array([...term, prefix ? 0xff : 0]) };
}
