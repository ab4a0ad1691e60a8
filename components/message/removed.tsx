/** What moderators removed: its text is shown on request. */
import type { Child } from "hono/jsx";
import type { StoredEvent } from "../../src/chat/events.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { span } from "../numbers.ts";
import { currentView } from "../view.ts";
import { removalWords } from "../words/sentences.ts";

export interface OnRequestProps {
  event: StoredEvent;
  /** Whether it was asked for already, as by a search for removed messages. */
  isOpen?: boolean;
  children: Child;
}

/** `static/live/list/moderation.js` makes the same of a message that is removed while one watches. */
export function OnRequest({ event, isOpen, children }: OnRequestProps) {
  return (
    <details class="gone" open={isOpen || currentView().deleted}>
      <summary>
        {event.removed
          ? (
            <>
              <span>{event.removed.kind === "deletion" ? "message " : "message removed: "}</span>
              {removedWords(event)}
            </>
          )
          : "show it"}
      </summary>{" "}
      {children}
    </details>
  );
}

/** `deleted after 4 s`, `timed out for 10 min` */
export function removedWords({ id, removed }: StoredEvent): string {
  const words = removalWords(removed!);
  if (removed!.kind !== "deletion") return words;
  return `${words} after ${span((receivedAt(removed!.by) - receivedAt(id)) / 1_000)}`;
}
