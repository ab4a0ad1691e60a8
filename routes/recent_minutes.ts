/**
 * What was said in each of a channel's last 60 minutes, asked of the archive at most every 15 s, and a channel after the
 * other: hundreds at once would fill its queue, and leave no reader for anybody else.
 */
import type { Site } from "./site.tsx";

const MINUTES = 60;
const FRESH_MS = 15_000;

export function recentMinutes(site: Site): (channelId: number) => Promise<number[]> {
  const known = new Map<number, { at: number; minutes: Promise<number[]> }>();
  let lastAsked: Promise<unknown> = Promise.resolve();

  async function ask(channelId: number, now: number): Promise<number[]> {
    const first = Math.floor(now / 60_000) - MINUTES + 1;
    const minutes = new Array<number>(MINUTES).fill(0);
    for (const { minute, messages } of await site.archive.minutes(channelId, first * 60_000)) {
      const index = minute - first;
      if (index >= 0 && index < MINUTES) minutes[index] = messages;
    }
    return minutes;
  }

  return (channelId) => {
    const now = site.now();
    const before = known.get(channelId);
    if (before && now - before.at < FRESH_MS) return before.minutes;
    const minutes = lastAsked.then(() => ask(channelId, now));
    lastAsked = minutes.catch(() => {});
    known.set(channelId, { at: now, minutes });
    minutes.catch(() => known.delete(channelId));
    return minutes;
  };
}
