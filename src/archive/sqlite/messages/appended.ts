/** Results of `Appender`. */
import type { ChatEvent, StoredEvent } from "../../../chat/events.ts";
import { removalOf } from "../codec/event_row.ts";
import type { Counted } from "./counters.ts";

/** A stored row of a batch: its event needs these values to be a `StoredEvent`. */
export interface Announced extends Pick<StoredEvent, "id" | "channelId" | "userId" | "removed" | "changed"> {
  /** Its index in the batch. */
  index: number;
}

/** A row that was stored alone. */
export interface Placed extends Counted {
  /** Ids of the messages that it removed. */
  removed: number[];
  changed?: string[];
}

export interface Appended {
  /** Rows of the channels to announce, by ascending id. */
  announced: Announced[];
  counted: Counted[];
  /** Number of rows that were not stored: ROOMSTATEs that change nothing. */
  repeated: number;
  lastId: number;
}

/** Whether a row shows its author's present name, or one in the past. */
export type Tense = "now" | "past";

/** Marks announced events that a later event of their batch removed. */
export function markAnnounced(
  event: ChatEvent,
  id: number,
  removed: readonly number[],
  announced: Announced[],
): void {
  const ids = new Set(removed);
  for (const row of announced) if (ids.has(row.id)) row.removed = removalOf(id, event.kind, event.tags)!;
}
