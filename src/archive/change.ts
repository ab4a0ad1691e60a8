/**
 * Changes of everything that an archive stores besides messages, channels and coverage: one union, so that a new
 * stored thing is one more kind.
 */
import type { AccessChange } from "./access/access.ts";
import type { EmoteChange } from "./emotes.ts";
import type { RetentionChange } from "./maintenance.ts";
import type { HighlightRuleChange } from "./saved/highlight_rule.ts";
import type { SavedSearchChange } from "./saved/saved_search.ts";
import type { WebhookChange } from "./saved/webhook.ts";

/** A change, made in one transaction. */
export type Change =
  | AccessChange
  | EmoteChange
  | HighlightRuleChange
  | RetentionChange
  | SavedSearchChange
  | WebhookChange;

/**
 * - `done`: the change was made
 * - `unchanged`: the archive had this state already
 * - `exists`: there is one with this name
 * - `missing`: there is none with this name or id
 * - `full`: the maximum number is stored
 */
export type ChangeOutcome = "done" | "unchanged" | "exists" | "missing" | "full";

/** The writer's method for changes. */
export interface ChangeWriter {
  /** Makes a change. Nothing has changed if the outcome is not `done`. */
  change(change: Change): ChangeOutcome;
}
