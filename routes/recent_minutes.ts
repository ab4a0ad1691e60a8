/** Messages per minute of the last 60 minutes of each channel, read in one call and cached. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import { MINUTE_MS } from "../src/clock.ts";

const MINUTES = 60;
const FRESH_MS = 15_000;
/** What the sidebar shows may be older: every page has it. */
const SHOWN_MS = 60_000;
/** Older entries are removed: their channel is no longer in the list. Longer than any answer takes. */
const KEPT_MS = 180_000;

export interface RecentMinutes {
  /** The counts of each channel, oldest minute first, at most 15 s old. */
  of(channelIds: readonly number[]): Promise<number[][]>;
  /** The counts that are known; older ones than a minute are read again, for the next time. */
  known(channelIds: readonly number[]): (readonly number[] | undefined)[];
}

export function recentMinutes(archive: Pick<ArchiveReader, "batch">, now: () => number): RecentMinutes {
  const counts = new Map<number, { at: number; minutes: number[] }>();
  let reading = false;

  async function read(channelIds: readonly number[], at: number): Promise<void> {
    for (const [id, { at: readAt }] of counts) if (at - readAt >= KEPT_MS) counts.delete(id);
    const first = Math.floor(at / MINUTE_MS) - MINUTES + 1;
    const answers = await archive.batch(
      ...channelIds.map((id) => ["minutes", id, first * MINUTE_MS] as const),
    );
    for (const [i, id] of channelIds.entries()) {
      const minutes = new Array<number>(MINUTES).fill(0);
      for (const { minute, messages } of answers[i]!) {
        const index = minute - first;
        if (index >= 0 && index < MINUTES) minutes[index] = messages;
      }
      counts.set(id, { at, minutes });
    }
  }

  function stale(channelIds: readonly number[], ms: number): number[] {
    return channelIds.filter((id) => now() - (counts.get(id)?.at ?? -Infinity) >= ms);
  }

  async function readInBackground(channelIds: readonly number[]): Promise<void> {
    reading = true;
    try {
      await read(channelIds, now());
    } catch {
      // A page that needs the archive says what is wrong with it.
    } finally {
      reading = false;
    }
  }

  return {
    async of(channelIds) {
      const missing = stale(channelIds, FRESH_MS);
      if (missing.length > 0) await read(missing, now());
      return channelIds.map((id) => counts.get(id)!.minutes);
    },
    known(channelIds) {
      const old = stale(channelIds, SHOWN_MS);
      if (old.length > 0 && !reading) void readInBackground(old);
      return channelIds.map((id) => counts.get(id)?.minutes);
    },
  };
}
