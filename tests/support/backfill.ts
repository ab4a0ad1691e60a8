/** A collector whose gaps are back-filled from a stand-in for a history service. */
import { openSqliteReader } from "./archive/local_reader.ts";
import type { Gap } from "../../src/chat/coverage.ts";
import { startHistory } from "../../src/demo/history.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { startTestCollector, type TestCollector } from "./collector.ts";
import { privmsg } from "./chat/lines.ts";
import { tempFolder } from "./temp.ts";
import { CLOCK_DIFFERENCE_MS, clockAdvance } from "./until.ts";
import { everyMessage } from "./archive/every_event.ts";

export const TIMINGS = {
  settleMs: 100,
  paceMs: 5,
  timeoutMs: 300,
  retryMs: [50, 50],
  againMs: [50, 300, 50],
};

/** A collector, a stand-in for Twitch, and a stand-in for a history service that has every message. */
export async function scene(options: { kept?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const dbPath = `${folder.path}/a.db`;
  const history = stack.use(startHistory(options));
  const twitch = stack.use(await startTwitch({ onSaid: (line) => history.hear(line) }));
  const test = stack.use(
    startTestCollector({ dbPath, twitch, historyUrl: history.url, backfillTimings: TIMINGS }),
  );
  await joined(test);
  return { dbPath, history, twitch, test, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export function joined(test: TestCollector): Promise<void> {
  return test.allJoined();
}

/** Sends messages, and returns their ids. */
export function say(twitch: StandIn, count: number, text = "hello"): string[] {
  return Array.from({ length: count }, (_, n) => {
    const id = crypto.randomUUID();
    twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: `${text} ${n}`, id }));
    return id;
  });
}

/** Cuts the connection, sends messages meanwhile, and waits until the channel is joined again. */
export async function outage(twitch: StandIn, test: TestCollector, meanwhile: () => void | Promise<void>) {
  twitch.faults = { stall: true };
  await twitch.dropAll({ hard: true });
  await test.until((status) => status.channels[0]?.state === "joining");
  await clockAdvance(CLOCK_DIFFERENCE_MS);
  await meanwhile();
  await clockAdvance(CLOCK_DIFFERENCE_MS);
  twitch.faults = {};
  await twitch.dropAll({ hard: true });
  await joined(test);
}

export async function gaps(dbPath: string): Promise<Gap[]> {
  await using reader = openSqliteReader({ path: dbPath });
  return (await reader.gaps(1, 0, Date.now())).filter((gap) => gap.reason === "connection lost");
}

export const messages = (dbPath: string) => everyMessage(dbPath, 1);
