/** Hides messages that moderators removed from readers who may not read them. */
import type { StoredEvent } from "./events.ts";

const PLACEHOLDER = "(removed)";
/** The text of the message that a reply answers. It may have been removed since, which no index tells. */
const QUOTE = "reply-parent-msg-body=";

/** Whether the event is without its text. */
export function isTextHidden({ text, removed, kind }: StoredEvent): boolean {
  return (removed !== undefined || kind === "deletion") && text === PLACEHOLDER;
}

/** The event without texts that were removed, or may have been. */
export function withoutRemovedText(event: StoredEvent): StoredEvent {
  if (event.removed !== undefined || event.kind === "deletion") {
    // The tags name the emotes of the text, and what a reply answers.
    return { ...event, text: PLACEHOLDER, tags: [] };
  }
  return event.tags.some((tag) => tag.startsWith(QUOTE))
    ? { ...event, tags: event.tags.filter((tag) => !tag.startsWith(QUOTE)) }
    : event;
}
