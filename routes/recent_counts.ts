/** How many messages each channel had lately, in bars, read in one call for many channels and cached. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import { MINUTE_MS } from "../src/clock.ts";

/** Older entries are removed: their channel is no longer in the list. */
const KEPT_MS = 10 * MINUTE_MS;

export interface RecentOptions {
  bars: number;
  minutesABar: number;
  /** Older counts are read again. */
  freshMs: number;
}

export interface RecentCounts {
  /** The bars of each channel, oldest first. */
  of(channelIds: readonly number[]): Promise<number[][]>;
  /** The same, but old bars are only read again in the background, for the next time. */
  lately(channelIds: readonly number[]): Promise<number[][]>;
}

export function recentCounts(
  archive: Pick<ArchiveReader, "batch">,
  now: () => number,
  { bars, minutesABar, freshMs }: RecentOptions,
): RecentCounts {
  const counts = new Map<number, { at: number; bars: number[] }>();
  let reading = false;

  async function read(channelIds: readonly number[]): Promise<void> {
    const at = now();
    for (const [id, { at: readAt }] of counts) if (at - readAt >= KEPT_MS) counts.delete(id);
    const first = (Math.floor(at / MINUTE_MS / minutesABar) - bars + 1) * minutesABar;
    const answers = await archive.batch(
      ...channelIds.map((id) => ["minutes", id, first * MINUTE_MS, minutesABar] as const),
    );
    for (const [i, id] of channelIds.entries()) {
      const own = new Array<number>(bars).fill(0);
      for (const { minute, messages } of answers[i]!) {
        const bar = (minute - first) / minutesABar;
        if (bar >= 0 && bar < bars) own[bar] = messages;
      }
      counts.set(id, { at, bars: own });
    }
  }

  function stale(channelIds: readonly number[]): number[] {
    return channelIds.filter((id) => now() - (counts.get(id)?.at ?? -Infinity) >= freshMs);
  }

  async function readInBackground(channelIds: readonly number[]): Promise<void> {
    reading = true;
    try {
      await read(channelIds);
    } catch {
      // A page that needs the archive shows its problem.
    } finally {
      reading = false;
    }
  }

  return {
    async of(channelIds) {
      const missing = stale(channelIds);
      if (missing.length > 0) await read(missing);
      return channelIds.map((id) => counts.get(id)!.bars);
    },
    async lately(channelIds) {
      const old = stale(channelIds);
      const areKnown = old.every((id) => counts.has(id));
      if (!areKnown) await read(old);
      // Taken first: reading removes very old ones.
      const bars = channelIds.map((id) => counts.get(id)!.bars);
      if (areKnown && old.length > 0 && !reading) void readInBackground(old);
      return bars;
    },
  };
}
