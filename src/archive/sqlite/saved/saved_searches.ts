/** Searches that are kept under a name. */
import type { DatabaseSync } from "node:sqlite";
import type { SavedSearch } from "../../saved/saved_search.ts";

export class SavedSearches {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      save: db.prepare("INSERT OR REPLACE INTO saved_searches (name, search, saved_at) VALUES (?, ?, ?)"),
      delete: db.prepare("DELETE FROM saved_searches WHERE name = ?"),
    };
  }

  save({ name, search, savedAt }: SavedSearch): void {
    this.#sql.save.run(name, search, savedAt);
  }

  delete(name: string): void {
    this.#sql.delete.run(name);
  }
}
