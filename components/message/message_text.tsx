/** The text of a message with emotes, mentions, links and highlights. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { isTextHidden } from "../../src/chat/removed_text.ts";
import { messageParts } from "../../src/parts/message_parts.ts";
import { Parts } from "./parts.tsx";
import { OnRequest } from "./removed.tsx";

export interface MessageTextProps {
  event: StoredEvent;
  /** UTF-16 ranges, ascending and disjoint; those beyond the text are ignored. */
  highlights?: readonly (readonly [number, number])[];
  /** Whether the text is shown even if it was removed. */
  opensRemoved?: boolean;
}

export function MessageText({ event, highlights, opensRemoved }: MessageTextProps) {
  const text = (
    <span class="text" dir="auto">
      <Parts parts={messageParts(event, highlights)} />
    </span>
  );
  const isGone = event.removed !== undefined || event.kind === "deletion";
  if (!isGone || isTextHidden(event)) return text;
  // What a search found was asked for.
  const isOpen = opensRemoved || (highlights?.length ?? 0) > 0;
  return (
    <OnRequest event={event} isOpen={isOpen}>{event.kind === "deletion" ? <q>{text}</q> : text}</OnRequest>
  );
}
