/** Searches that are kept under a name. */

/** A search under a name. */
export interface SavedSearch {
  /** Unique; see `parseName`. */
  name: string;
  /** The text of the search. */
  search: string;
  /** When it was saved, epoch milliseconds. */
  savedAt: number;
}

/** A change of saved searches. */
export type SavedSearchChange =
  /** Replaces a search of the same name. */
  | { kind: "save search"; saved: SavedSearch }
  /** Deletes its webhooks, too. */
  | { kind: "delete search"; name: string };
