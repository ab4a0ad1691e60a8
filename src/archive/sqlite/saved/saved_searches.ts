/** Searches that are kept under a name. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import type { SavedSearch } from "../../saved/saved_search.ts";

export class SavedSearches {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      save: db.prepare("INSERT OR REPLACE INTO saved_searches (name, search, saved_at) VALUES (?, ?, ?)"),
      delete: db.prepare("DELETE FROM saved_searches WHERE name = ?"),
    };
  }

  save({ name, search, savedAt }: SavedSearch): ChangeOutcome {
    this.#sql.save.run(name, search, savedAt);
    return "done";
  }

  delete(name: string): ChangeOutcome {
    return this.#sql.delete.run(name).changes === 1 ? "done" : "missing";
  }
}

/** A function that reads every saved search, by name. */
export function savedSearchReader(db: DatabaseSync): () => SavedSearch[] {
  const all = db.prepare("SELECT name, search, saved_at AS savedAt FROM saved_searches ORDER BY name");
  return () => all.all() as unknown as SavedSearch[];
}
