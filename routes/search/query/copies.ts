/** Copies of one message in several channels of a shared chat. */
import type { StoredEvent } from "../../../src/chat/events.ts";
import { sharedSource } from "../../../src/irc/events/privmsg.ts";

export interface Collapsed {
  /** One of each message: that of its own channel, if it is there. */
  events: StoredEvent[];
  /** The other copies, by the id of the one that is left. */
  copies: ReadonlyMap<number, readonly StoredEvent[]>;
}

/** @param events in any order, which is kept */
export function collapse(events: readonly StoredEvent[]): Collapsed {
  const bySource = Map.groupBy(events, (event) => sharedSource(event)?.id ?? event.id);
  const copies = new Map<number, readonly StoredEvent[]>();
  for (const group of bySource.values()) {
    if (group.length === 1) continue;
    const kept = group.find((event) => sharedSource(event)?.isOwn) ?? group[0]!;
    copies.set(kept.id, group.filter((event) => event !== kept));
  }
  const left = new Set([...copies.values()].flat().map(({ id }) => id));
  return { events: events.filter(({ id }) => !left.has(id)), copies };
}
