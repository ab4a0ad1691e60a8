/** Numbers of messages by minute. */
import type { DatabaseSync } from "node:sqlite";
import { MINUTE_MS } from "../../../clock.ts";
import type { ArchiveReader, MinuteCount } from "../../reader.ts";

const MINUTES = `
  SELECT minute, messages
  FROM channel_minutes
  WHERE channel_id = ? AND minute >= ?
  ORDER BY minute`;

/** A function that reads the counts of a channel; see `ArchiveReader.minutes`. */
export function minuteReader(
  db: DatabaseSync,
): (...args: Parameters<ArchiveReader["minutes"]>) => MinuteCount[] {
  const since = db.prepare(MINUTES);
  return (channelId, sinceMs, every = 1) => {
    const counts: MinuteCount[] = [];
    for (const row of since.all(channelId, Math.floor(sinceMs / MINUTE_MS))) {
      const minute = Math.floor(row.minute as number / every) * every;
      const last = counts.at(-1);
      if (last?.minute === minute) last.messages += row.messages as number;
      else counts.push({ minute, messages: row.messages as number });
    }
    return counts;
  };
}
