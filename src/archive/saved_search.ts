/** Searches that are kept under a name. */

/** A search under a name. */
export interface SavedSearch {
  /** Unique; see {@link parseSearchName}. */
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

/** A name of 1 to 60 letters, digits, spaces, `-`, `_` and `.`, trimmed; undefined if the text is none. */
export function parseSearchName(text: string): string | undefined {
  const name = text.trim().normalize("NFC");
  return /^[\p{L}\p{N}_-][\p{L}\p{N}\p{M} _.-]{0,59}$/u.test(name) ? name : undefined;
}
