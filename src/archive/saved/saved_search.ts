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

/** The writer's methods for saved searches. */
export interface SavedSearchWriter {
  /** Saves a search; one with the same name is replaced. */
  saveSearch(saved: SavedSearch): void;
  /** Deletes a saved search. Does nothing if there is none with this name. */
  deleteSearch(name: string): void;
}
