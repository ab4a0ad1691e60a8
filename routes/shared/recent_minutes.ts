/** Messages per minute of the last 60 minutes of each channel, read in one call and cached for 15 s. */
import type { Site } from "../site.tsx";
import { MINUTE_MS } from "../../src/clock.ts";

const MINUTES = 60;
const FRESH_MS = 15_000;
/** Older entries are removed: their channel is no longer in the list. Longer than any answer takes. */
const KEPT_MS = 60_000;

/** Returns a function from channel ids to their counts, oldest minute first. */
export function recentMinutes(site: Site): (channelIds: readonly number[]) => Promise<number[][]> {
  const known = new Map<number, { at: number; minutes: number[] }>();

  async function ask(channelIds: readonly number[], at: number): Promise<void> {
    for (const [id, { at: askedAt }] of known) if (at - askedAt >= KEPT_MS) known.delete(id);
    const first = Math.floor(at / MINUTE_MS) - MINUTES + 1;
    const answers = await site.archive.batch(
      ...channelIds.map((id) => ["minutes", id, first * MINUTE_MS] as const),
    );
    for (const [i, id] of channelIds.entries()) {
      const minutes = new Array<number>(MINUTES).fill(0);
      for (const { minute, messages } of answers[i]!) {
        const index = minute - first;
        if (index >= 0 && index < MINUTES) minutes[index] = messages;
      }
      known.set(id, { at, minutes });
    }
  }

  return async (channelIds) => {
    const now = site.now();
    const stale = channelIds.filter((id) => now - (known.get(id)?.at ?? -Infinity) >= FRESH_MS);
    if (stale.length > 0) await ask(stale, now);
    return channelIds.map((id) => known.get(id)!.minutes);
  };
}
