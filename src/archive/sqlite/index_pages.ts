/**
 * How long the lists of the index are. FTS5 keeps the terms of a segment, each with the places where it occurs, in order
 * on pages of 4 kB, and has a directory of the pages: that is asked here, which takes a third of a millisecond however
 * long the list is.
 */
import type { DatabaseSync } from "node:sqlite";

/** Stands before every term in the directory: of the index itself, and not of a `prefix=` index. */
const MAIN = "0";

export const NEXT_SEGMENT = `
  SELECT min(segid) AS id
  FROM messages_index_idx
  WHERE segid > ?`;

export const PAGE_BEFORE = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term <= ?
  ORDER BY term DESC
  LIMIT 1`;

export const PAGE_AFTER = `
  SELECT pgno / 2 AS page
  FROM messages_index_idx
  WHERE segid = ? AND term >= ?
  ORDER BY term
  LIMIT 1`;

/** The ids of a segment's pages begin at a multiple of this; those of its lists' directories in the middle of it. */
const SEGMENT_IDS = 2 ** 37;

export const LAST_PAGE = `
  SELECT max(id) AS id
  FROM messages_index_data
  WHERE id < ?`;

export class IndexPages {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      next: db.prepare(NEXT_SEGMENT),
      before: db.prepare(PAGE_BEFORE),
      after: db.prepare(PAGE_AFTER),
      last: db.prepare(LAST_PAGE),
    };
  }

  /** How many more pages a term has, or all terms with this beginning, than one in each segment. */
  of({ text, prefix }: { text: string; prefix: boolean }): number {
    const first = new TextEncoder().encode(MAIN + text);
    // What follows the term at once, and what follows all that begin with it: UTF-8 has no such byte.
    const end = new Uint8Array([...first, prefix ? 0xff : 0]);
    let pages = 0;
    for (let segment = this.#next(0); segment !== null; segment = this.#next(segment)) {
      const before = this.#sql.before.get(segment, first)?.page as number ?? 0;
      const after = this.#sql.after.get(segment, end)?.page as number ?? before;
      pages += Math.max(0, after - before - 1);
    }
    return pages;
  }

  /** How many pages each segment has. */
  segments(): number[] {
    const pages: number[] = [];
    let begin = Number.MAX_SAFE_INTEGER;
    while ((begin = firstOf(this.#last(begin))) > 0) pages.push(this.#last(begin + SEGMENT_IDS / 2) - begin);
    return pages;
  }

  #last(before: number): number {
    return this.#sql.last.get(before)!.id as number;
  }

  #next(segment: number): number | null {
    return this.#sql.next.get(segment)!.id as number | null;
  }
}

function firstOf(page: number): number {
  return page - page % SEGMENT_IDS;
}
