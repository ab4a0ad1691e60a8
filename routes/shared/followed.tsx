/** What a live page follows: a channel, or a search. */
import type { TimelineQuery } from "../../src/archive/timeline.ts";
import type { Channel } from "../../src/archive/channel.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import type { Topic } from "../../src/live/topic.ts";
import { sseEvent } from "../../src/web/sse.ts";
import { Rows } from "../../components/message/row.tsx";

/** The same for every page that follows it. */
export interface Followed {
  topic: Topic;
  /** Missed rows are sent up to this many bytes; of more, only the newest are. */
  maxBacklogBytes?: number;
  /** Its messages in the archive. */
  query: Omit<TimelineQuery, "place" | "limit">;
  /** Rows by ascending id. */
  rows: (events: readonly StoredEvent[], gaps?: readonly Gap[]) => unknown;
  /** The address of a page with the messages after an id. */
  addressAfter: (id: number) => string;
}

export function followChannel({ id: channelId }: Pick<Channel, "id">): Followed {
  return followed(`channel ${channelId}`, channelId, {
    query: { channelId, gaps: true },
    rows: (events, gaps) => <Rows events={events} gaps={gaps} />,
    addressAfter: (id) => `/channels/${channelId}?after_id=${id}`,
  });
}

/** Builds it. @param accepts see `Topic` */
export function followed(
  key: string,
  channelId: number,
  parts: Omit<Followed, "topic">,
  accepts?: Topic["accepts"],
): Followed {
  const render = (events: readonly StoredEvent[]) =>
    sseEvent({ id: events.at(-1)!.id, data: String(parts.rows(events)) });
  return { ...parts, topic: { key, channelId, accepts, render } };
}
