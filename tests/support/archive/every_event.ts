/** Reads a whole archive page by page, as pages do. */
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import type { TimelineQuery } from "../../../src/archive/timeline.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { placeBefore } from "../../../src/chat/place.ts";
import { openSqliteReader } from "./local_reader.ts";

/** Every event that matches, oldest first. `limit` is the number of events of a page. */
export async function everyEvent(
  reader: ArchiveReader,
  { limit = 200, ...query }: Partial<Omit<TimelineQuery, "place">> = {},
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let before: number | undefined;
  while (true) {
    const page = await reader.timeline({ ...query, limit, place: placeBefore(before) });
    events.push(...page.events);
    if (!page.more) return events.reverse();
    before = page.stoppedAt ?? page.events.at(-1)!.id;
  }
}

/** Every message of an archive's file, or of one of its channels, oldest first. */
export async function everyMessage(path: string, channelId?: number): Promise<StoredEvent[]> {
  await using reader = openSqliteReader({ path });
  return (await everyEvent(reader, { channelId })).filter(({ kind }) => kind === "message");
}
