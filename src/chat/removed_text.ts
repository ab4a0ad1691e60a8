/** Hides what moderators removed from those who may not read it. */
import type { StoredEvent } from "./events.ts";

const PLACEHOLDER = "(removed)";

/** The event without the text that was removed. */
export function withoutRemovedText(event: StoredEvent): StoredEvent {
  if (event.removed === undefined && event.kind !== "deletion") return event;
  // The tags name the emotes of the text, and what a reply answers.
  return { ...event, text: PLACEHOLDER, tags: [] };
}
