/** The topic that a live page follows: a channel or a search. */
import type { Channel } from "../../src/archive/channel.ts";
import type { TimelineQuery } from "../../src/archive/timeline.ts";
import { ALL_CHANNELS } from "../../src/archive/writer.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { acceptsOf } from "../../src/find/accepts.ts";
import type { Query } from "../../src/find/query.ts";
import { highlighter } from "../../src/search/highlight.ts";
import { printSearch } from "../../src/search/language/print.ts";
import type { Search } from "../../src/search/language/tree.ts";
import { searchableText } from "../../src/search/text/tokens.ts";
import type { Topic } from "../../src/live/topic.ts";
import { sseEvent } from "../../src/web/sse.ts";
import { asksForRemoved } from "../../src/visibility/hidden_text.ts";
import { Rows } from "../../components/message/row.tsx";

/** A followed channel or search. All pages that follow it share this object. */
export interface Followed {
  topic: Topic;
  /** Maximum bytes of missed rows to send. If there are more, only the newest rows are sent. */
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
    rows: (events, gaps) => <Rows events={events} gaps={gaps} daysOf={channelId} />,
    addressAfter: (id) => `/channels/${channelId}?after_id=${id}`,
  });
}

export interface SearchToFollow {
  search: Search;
  query: Query;
  /** The address of a page with the matches after an id. */
  addressAfter: (id: number) => string;
}

/** About 700 rows: a page keeps 500. */
const MAX_SEARCH_BACKLOG_BYTES = 512 * 1024;

/** The matches of a search. Its span of time does not move while it is followed. */
export function followSearch({ search, query, addressAfter }: SearchToFollow): Followed {
  const { channelId, search: condition } = query;
  const highlights = condition && highlighter(condition);
  return followed(`search ${printSearch(search)}`, channelId ?? ALL_CHANNELS, {
    query,
    maxBacklogBytes: MAX_SEARCH_BACKLOG_BYTES,
    rows: (events) => (
      <Rows
        events={events}
        highlights={highlights && ((event) => highlights(searchableText(event)))}
        showChannel={channelId === undefined}
        opensRemoved={asksForRemoved(condition)}
      />
    ),
    addressAfter,
  }, acceptsOf(query));
}

/** Builds it. @param accepts see `Topic` */
function followed(
  key: string,
  channelId: number,
  parts: Omit<Followed, "topic">,
  accepts?: Topic["accepts"],
): Followed {
  const render = (events: readonly StoredEvent[]) =>
    sseEvent({ id: events.at(-1)!.id, data: String(parts.rows(events)) });
  return { ...parts, topic: { key, channelId, accepts, render } };
}
