/** What an `Appender` returns. */
import type { StoredEvent } from "../../../chat/events.ts";
import type { Counted } from "./counters.ts";

/** Where a row of a batch went: what its event lacks to be a stored one. */
export interface Announced extends Pick<StoredEvent, "id" | "channelId" | "userId" | "removed" | "changed"> {
  /** Its place in the batch. */
  index: number;
}

/** A row that was stored by itself. */
export interface Placed extends Counted {
  /** Ids of the messages that it removed. */
  removed: number[];
  changed?: string[];
}

export interface Appended {
  /** The rows of the channels that were asked for, by ascending id. */
  announced: Announced[];
  counted: Counted[];
  /** How many rows were not stored, because they repeat what the archive has: ROOMSTATEs that change nothing. */
  repeated: number;
  lastId: number;
}

/** Whether the author of a row is as they are now, or was so in the past. */
export type Tense = "now" | "past";
