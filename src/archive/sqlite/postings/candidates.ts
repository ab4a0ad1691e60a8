/**
 * The port of the index: it returns the documents that contain a term. The planner and the executor know the index only by
 * this port; `fts5/` implements it by reading FTS5's own pages, and `match/` by FTS5's MATCH.
 *
 * A posting is a document number. Only {@link CandidateIndex.timeOf} and {@link CandidateIndex.docAt} convert a document
 * number to a message id, which is the message's time of receipt, and back. Results are consistent only within one
 * transaction of the connection.
 */

/** A term of the index, or with `prefix` every term that begins with the text. */
export interface IndexTerm {
  text: string;
  prefix: boolean;
}

/** From the newest to the oldest (`DESC`), or from the oldest to the newest. */
export type Direction = "ASC" | "DESC";

/** The documents at or after `from` and before `to`, and the direction of reading. */
export interface DocRange {
  from: number;
  to: number;
  direction: Direction;
}

/** Document numbers, ascending in either direction of reading. A negative one was removed from the list. */
export type Docs = Float64Array;

/** The documents of a range that contain a term, read step by step from one end. */
export interface PostingList {
  /** Approximate number of documents. */
  readonly size: number;
  /** Cost of reading all of it, in pages (see `Costs.page`). */
  readonly pages: number;
  /** The document up to which to take at most `count` documents, possibly none; undefined at the end of the list. */
  bound(count: number): number | undefined;
  /** The rest of the list up to and including this document. */
  take(bound: number): Docs;
  /** Skips all documents before this one. */
  skip(doc: number): void;
  /** Whether this document is reached by reading about `pages` more pages. */
  reaches(doc: number, pages: number): boolean;
}

/** The index as it is within one transaction. */
export interface CandidateLists {
  /** @param term a prefix only if {@link pagesOfPrefix} is finite */
  list(term: IndexTerm, range: DocRange): PostingList;
  /**
   * The number of pages to read before the first document of a prefix is known; not exact if it is above `max`. Infinity
   * if the prefix cannot be read as one list: its rows must be verified then.
   */
  pagesOfPrefix(prefix: string, max: number): number;
}

/** Every method throws AppError index_unusable if the index is damaged. */
export interface CandidateIndex {
  /** Valid until the transaction ends. */
  lists(): CandidateLists;
  /** The most frequent words that begin with a folded text, with approximate numbers of documents; may be empty. */
  words(prefix: string, limit: number): [word: string, docs: number][];
  /**
   * Returns a function that picks a random document of a term's list, perhaps one that was removed since; undefined if it
   * finds none. Each document is about equally likely.
   */
  picker(term: string): () => number | undefined;
  /**
   * The message id of a document; it ascends with the document number. A number above every document's number has a
   * higher id than every message.
   */
  timeOf(doc: number): number;
  /** The first document whose message id is at least this; if there is none, a number above every document's. */
  docAt(id: number): number;
}
