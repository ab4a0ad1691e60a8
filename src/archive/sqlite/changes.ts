/** Makes the changes of the contract (`archive/change.ts`). Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { Change, ChangeOutcome } from "../change.ts";
import { AccessChanges } from "./access/access_changes.ts";
import type { Pictures } from "./emotes/pictures.ts";
import type { EmoteSetWriter } from "./emotes/set_writer.ts";
import type { Retentions } from "./messages/retention.ts";
import { HighlightRules } from "./saved/highlight_rules.ts";
import { SavedSearches } from "./saved/saved_searches.ts";
import { Webhooks } from "./saved/webhooks.ts";

/** Parts of the writer that do more than make changes. */
export interface ChangedParts {
  emoteSets: EmoteSetWriter;
  pictures: Pictures;
  retentions: Retentions;
}

export class Changes {
  readonly #parts: ChangedParts;
  readonly #access: AccessChanges;
  readonly #highlightRules: HighlightRules;
  readonly #savedSearches: SavedSearches;
  readonly #webhooks: Webhooks;

  constructor(db: DatabaseSync, parts: ChangedParts) {
    this.#parts = parts;
    this.#access = new AccessChanges(db);
    this.#highlightRules = new HighlightRules(db);
    this.#savedSearches = new SavedSearches(db);
    this.#webhooks = new Webhooks(db);
  }

  make(change: Change): ChangeOutcome {
    switch (change.kind) {
      case "save search":
        return this.#savedSearches.save(change.saved);
      case "delete search":
        this.#webhooks.deleteOfSearch(change.name);
        return this.#savedSearches.delete(change.name);
      case "add webhook":
        return this.#webhooks.add(change.webhook);
      case "delete webhook":
        return this.#webhooks.delete(change.id);
      case "advance webhook":
        return this.#webhooks.advance(change.id, change.sentTo);
      case "save highlight rule":
        return this.#highlightRules.save(change.rule, change.savedAt);
      case "delete highlight rule":
        return this.#highlightRules.delete(change.search);
      case "set retention":
        return this.#parts.retentions.set(change.channelId, change.retention);
      case "store emote set":
        return this.#parts.emoteSets.store(change.set);
      case "store picture":
        return this.#parts.pictures.store(change.picture);
      default:
        return this.#access.make(change);
    }
  }
}
