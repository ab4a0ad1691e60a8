/** Groups the events of one commit by channel, in their order. */
import type { StoredEvent } from "../chat/events.ts";
import type { Announcement } from "../collector/recorder.ts";

export function perChannel(events: readonly StoredEvent[]): Announcement[] {
  return [...Map.groupBy(events, (event) => event.channelId)].map(([channelId, events]) => ({
    channelId,
    events,
  }));
}
