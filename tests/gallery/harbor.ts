/** An archive of invented streams of the last days, for pictures. */
import { readLine } from "../../src/irc/read.ts";
import { chatter, demoChannels } from "../../src/demo/script/script.ts";
import type { Received } from "../../src/chat/events.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/clock.ts";
import { type TestSite, testSite } from "../support/site/site.ts";

const DAYS = 9;
/** Lines a second over all channels while there are streams. */
const RATE = 1.5;
/** A stream begins so long after noon. */
const EVENING_MS = 5 * HOUR_MS;
const STREAM_MS = 3 * HOUR_MS;

/** @param now the last stream continues */
export async function harborSite(now: number): Promise<TestSite> {
  const site = testSite({ version: "0.1.0" }, () => now);
  const logins = demoChannels().map(({ login }) => login);
  await site.recorder.addChannels([...logins, "driftwood_bay", "old_lighthouse"]);
  const ids = new Map(logins.map((login, i) => [login, i + 1]));
  for (let day = DAYS; day >= 0; day--) {
    const start = day === 0 ? now - STREAM_MS : startOfDay(now) - day * DAY_MS + 12 * HOUR_MS + EVENING_MS;
    stream(site, ids, start, Math.min(now, start + STREAM_MS), day + 1);
  }
  for (const id of ids.values()) {
    site.recorder.listened(id, [
      { from: now - 10 * DAY_MS, to: now - 2 * HOUR_MS, reason: "connection lost" },
      { from: now - 2 * HOUR_MS + 4 * MINUTE_MS, to: now, reason: "connection lost" },
    ]);
  }
  await site.recorder.setEnabled(8, false);
  site.recorder.says = {
    startedAt: now - 9 * DAY_MS,
    channels: [
      ...logins.map((login, i) => ({
        channelId: i + 1,
        login,
        state: "joined" as const,
        since: now - HOUR_MS,
        perMinute: 40 - i * 5,
      })),
      {
        channelId: 7,
        login: "driftwood_bay",
        state: "refused" as const,
        since: now - 20 * MINUTE_MS,
        reason: "Twitch has suspended this channel",
        nextTryAt: now + 40_000,
        perMinute: 0,
      },
    ],
  };
  return site;
}

function stream(
  { recorder }: TestSite,
  ids: ReadonlyMap<string, number>,
  from: number,
  to: number,
  seed: number,
): void {
  const lines: Received[] = [];
  for (const { at, line } of chatter({ seed, rate: RATE, startMs: from })) {
    if (at >= to) break;
    const reading = readLine(line);
    if (reading.kind !== "chat" || !ids.has(reading.event.channel)) continue;
    lines.push({ event: reading.event, receivedAt: at });
  }
  recorder.writer.append(lines, new Set(ids.values()));
  recorder.writer.flushCounters();
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
