/**
 * Reads the posting lists of `messages_index` by FTS5's MATCH, which is independent of FTS5's file format, and slower.
 * Searches use it if `fts5/` cannot read the pages.
 */
import type { DatabaseSync } from "node:sqlite";
import { prepareArrays } from "../file/connection.ts";
import { usingIndex } from "../fts5/health.ts";
import type {
  CandidateIndex,
  CandidateLists,
  Direction,
  DocRange,
  Docs,
  IndexTerm,
  PostingList,
} from "../postings/candidates.ts";
import { WindowedPostings } from "../postings/windowed_postings.ts";

/** Bind the bounds as bigints: FTS5 does not seek to a floating-point bound, but reads the whole list. */
const windowOf = (direction: Direction) => `
  SELECT rowid
  FROM messages_index
  WHERE messages_index MATCH ? AND rowid >= ? AND rowid < ?
  ORDER BY rowid ${direction}
  LIMIT ?`;

/** Only the oldest documents are picked from: MATCH takes half a second for this many. */
const MAX_PICKED = 1_000_000;

export class MatchIndex implements CandidateIndex, CandidateLists {
  readonly #sql;

  /** @throws AppError index_unusable if FTS5 cannot open the index */
  constructor(db: DatabaseSync) {
    this.#sql = usingIndex(() => ({
      ASC: prepareArrays(db, windowOf("ASC")),
      DESC: prepareArrays(db, windowOf("DESC")),
    }));
  }

  lists(): CandidateLists {
    return this;
  }

  /** @throws RangeError for a prefix */
  list({ text, prefix }: IndexTerm, range: DocRange): PostingList {
    if (prefix) throw new RangeError("MATCH has no list of a prefix");
    return new WindowedPostings((window, max) => this.first(text, window, max), range);
  }

  /** The first documents of a range that contain a term, in the order of the range's direction, at most `max`. */
  first(term: string, { from, to, direction }: DocRange, max: number): Docs {
    const expression = `"${term.replaceAll('"', '""')}"`;
    return usingIndex(() => {
      const rows = this.#sql[direction].all(expression, BigInt(from), BigInt(to), max);
      return Float64Array.from(rows as unknown as [number][], ([doc]) => doc);
    });
  }

  /** MATCH reads every list of a prefix before it returns the first row, and cannot be interrupted. */
  pagesOfPrefix(): number {
    return Infinity;
  }

  /** FTS5 itself can count a word only by reading all of its list. */
  words(): [] {
    return [];
  }

  picker(term: string): () => number | undefined {
    const docs = this.first(term, { from: 0, to: Number.MAX_SAFE_INTEGER, direction: "ASC" }, MAX_PICKED);
    return () => docs[Math.floor(Math.random() * docs.length)];
  }

  /** A message's id is its document number. */
  timeOf(doc: number): number {
    return doc;
  }

  docAt(id: number): number {
    return id;
  }
}
