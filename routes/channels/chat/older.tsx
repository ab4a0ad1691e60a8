/** The head of a log, above its oldest row. */
import type { Channel } from "../../../src/archive/channel.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { Moment } from "../../../components/time.tsx";
import { channelAddress, type Shown } from "./filters.ts";

export interface OlderProps {
  channel: Channel;
  shown: Shown;
  /** By ascending id. */
  events: readonly StoredEvent[];
  more: boolean;
  /** Set if the search for older messages ended here because of its time budget. */
  stoppedAt?: number;
}

/** Precedes the oldest row, and fetches older ones when it scrolls into view. Without script, it is a link. */
export function Older({ channel, shown: { q, fields }, events, more, stoppedAt }: OlderProps) {
  const before = stoppedAt ?? events[0]?.id;
  if (!more || before === undefined) {
    if (events.length === 0) return null;
    return (
      <li class="edge">
        {fields ? "No earlier messages pass this filter" : `The archive of ${channel.login} begins here`}
      </li>
    );
  }
  return (
    <li
      class="edge older"
      hx-get={channelAddress(channel, { part: "/messages", q, before_id: before })}
      hx-trigger="intersect root:#scroller rootMargin:600px"
      hx-sync="this:drop"
      hx-swap="outerHTML"
    >
      <a href={channelAddress(channel, { q, before_id: before })}>
        {stoppedAt === undefined ? "Older messages" : (
          <>
            Searched back to <Moment at={receivedAt(stoppedAt)} />: continue
          </>
        )}
      </a>
    </li>
  );
}
