/**
 * The port of the index: which documents contain a term. The planner and the executor know the index only by it;
 * `fts5/` implements it by reading FTS5's own pages, and `match/` by FTS5's MATCH.
 *
 * A posting is a document number. Only {@link CandidateIndex.timeOf} and {@link CandidateIndex.docAt} turn a document
 * number into a message id, which is the message's time of receipt, and back. What is read belongs together only within
 * one transaction of the connection.
 */

/** A term of the index, or with `prefix` every term that begins with the text. */
export interface IndexTerm {
  text: string;
  prefix: boolean;
}

/** From the newest to the oldest (`DESC`), or from the oldest to the newest. */
export type Direction = "ASC" | "DESC";

/** The documents at or after `from` and before `to`, and from which end they are read. */
export interface DocRange {
  from: number;
  to: number;
  direction: Direction;
}

/** Document numbers, ascending in either direction of reading. A negative one was removed from the list again. */
export type Docs = Float64Array;

/** The documents of a range that contain a term, read step by step from one end. */
export interface PostingList {
  /** About how many documents it has. */
  readonly size: number;
  /** What reading all of it costs, in pages (see `Costs.page`). */
  readonly pages: number;
  /** How far to take for the next `count` documents or fewer; undefined at the end. There may be none up to there. */
  bound(count: number): number | undefined;
  /** The rest of the list up to and including this document. */
  take(bound: number): Docs;
  /** Passes over everything before this document. */
  skip(doc: number): void;
  /** Whether this document is reached by reading about `pages` more pages. */
  reaches(doc: number, pages: number): boolean;
}

/** The index as it is within one transaction. */
export interface CandidateLists {
  /** @param term a prefix only where {@link pagesOfPrefix} is finite */
  list(term: IndexTerm, range: DocRange): PostingList;
  /**
   * How many pages have to be read before the first document of a prefix is known, not counted far beyond `max`.
   * Infinity where the prefix cannot be read as one list; its rows have to be verified then.
   */
  pagesOfPrefix(prefix: string, max: number): number;
}

/** Every method throws AppError index_unusable where the index is damaged. */
export interface CandidateIndex {
  /** Valid until the transaction ends. */
  lists(): CandidateLists;
  /** The message id of a document. It ascends with the document number. */
  timeOf(doc: number): number;
  /** The first document whose message id is at least this; beyond the last, a number greater than every document's. */
  docAt(id: number): number;
}
