/** Any other line of a channel, and one that no event can hold without loss. */
import type { ChatEvent } from "../../chat/events.ts";
import type { TagColumns } from "../syntax/tag_columns.ts";
import { nonEmpty, wholeNumber } from "../syntax/values.ts";

/** The unchanged line. Its ids are read nevertheless, for its channel and for deduplication. */
export function buildRaw(text: string, channel: string, tags: TagColumns | undefined): ChatEvent {
  return {
    kind: "raw",
    channel,
    roomId: wholeNumber(tags?.roomId),
    sentAt: wholeNumber(tags?.sentAt),
    uuid: nonEmpty(tags?.id),
    author: undefined,
    text,
    tags: [],
  };
}
