/** Rules by which pages mark messages. */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeOutcome } from "../../change.ts";
import type { HighlightRule, MarkColor } from "../../saved/highlight_rule.ts";

export class HighlightRules {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      // A rule that changes keeps its place.
      save: db.prepare(`
        INSERT INTO highlight_rules (search, color, sound, saved_at)
        VALUES (?, ?, ?, ?)
        ON CONFLICT (search) DO UPDATE SET color = excluded.color, sound = excluded.sound
      `),
      delete: db.prepare("DELETE FROM highlight_rules WHERE search = ?"),
    };
  }

  save({ search, color, sound }: HighlightRule, savedAt: number): ChangeOutcome {
    this.#sql.save.run(search, color, Number(sound), savedAt);
    return "done";
  }

  delete(search: string): ChangeOutcome {
    return this.#sql.delete.run(search).changes === 1 ? "done" : "missing";
  }
}

/** A function that reads every rule, the oldest first: of several rules that mark a message, the first counts. */
export function highlightRuleReader(db: DatabaseSync): () => HighlightRule[] {
  const all = db.prepare("SELECT search, color, sound FROM highlight_rules ORDER BY saved_at, search");
  return () =>
    all.all().map(({ search, color, sound }) => ({
      search: search as string,
      color: color as MarkColor,
      sound: sound === 1,
    }));
}
