/** Topics of live pages: channels and searches. */
import type { StoredEvent } from "../chat/events.ts";
import type { Subject } from "../search/evaluate.ts";

/** A channel or a search that pages follow. */
export interface Topic {
  /** Watchers of topics with the same key share them. */
  key: string;
  /** The channel, or `ALL_CHANNELS` of `archive/writer.ts`. */
  channelId: number;
  /** Whether an event belongs to it; undefined = every event of the channel. */
  accepts?: (subject: Subject) => boolean;
  /** Sent to a watcher that did not keep up, before its stream ends. @param after the id of the last event that it got */
  lagging?: (after: number) => Uint8Array<ArrayBuffer>;
  /** Renders events, by ascending id, to the bytes that every watcher gets. */
  render: (events: readonly StoredEvent[]) => Uint8Array<ArrayBuffer>;
}

/** Counters since the start. */
export interface LiveCounts {
  /** Rendered events. */
  rendered: number;
  /** Events sent, counted for each watcher. */
  sent: number;
  /** Watchers disconnected because they did not keep up. */
  dropped: number;
}
