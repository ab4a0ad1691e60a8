/** The text of a message with emotes, mentions, links and highlights. */
import type { StoredEvent } from "../../src/chat/events.ts";
import { messageParts } from "../../src/parts/message_parts.ts";
import { Parts } from "./parts.tsx";

export interface MessageTextProps {
  event: StoredEvent;
  /** UTF-16 ranges, ascending and disjoint; those beyond the text are ignored. */
  highlights?: readonly (readonly [number, number])[];
}

export function MessageText({ event, highlights }: MessageTextProps) {
  return (
    <span class="text" dir="auto">
      <Parts parts={messageParts(event, highlights)} />
    </span>
  );
}
