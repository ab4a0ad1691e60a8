/** The whole demo: a stand-in for Twitch that plays the invented channels, or a file. */
import { type Clock, realClock } from "./clock.ts";
import { fileChannels } from "./line_file.ts";
import { startHistory } from "./history.ts";
import { replay, type ReplayOptions, type ReplayResult } from "./replay.ts";
import { chatter, type ChatterOptions, demoChannels } from "./script/script.ts";
import { startTwitch } from "./server/twitch.ts";
import type { StandIn, StandInOptions } from "./server/stand_in.ts";

export interface DemoOptions {
  /** 0 = any free port. */
  port?: number;
  /** Lines a second of the invented chat. */
  rate?: number;
  /** Number of invented channels. */
  channels?: number;
  seed?: number;
  /** Plays this file instead of the invented chat, once all its channels are joined. */
  replay?: Pick<ReplayOptions, "path" | "speed" | "control" | "maxPauseMs">;
  clock?: Clock;
  /** Also serves a recent-messages service that has every sent line. */
  history?: boolean;
  standIn?: Omit<StandInOptions, "port">;
}

interface Demo extends StandIn {
  /** The logins of the channels with chat. */
  channels: string[];
  /** For `HISTORY_URL`; missing without a history service. */
  historyUrl?: string;
  /** Resolves when the file has been played. Without a file, resolves to `undefined` when the demo is closed. */
  finished: Promise<ReplayResult | undefined>;
}

/** @throws when the port is taken, or the file cannot be read */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const file = options.replay;
  const ids = file && await fileChannels(file.path);
  const channels = ids ? [...ids.keys()] : demoChannels(options.channels).map(({ login }) => login);
  const known = new Set(channels);
  const history = options.history ? startHistory() : undefined;
  const standIn = await startTwitch({
    onSaid: history && ((line) => history.hear(line)),
    exists: (login) => known.has(login),
    roomId: (login) => ids?.get(login),
    ...options.standIn,
    port: options.port,
  });
  const stop = new AbortController();
  const finished = file
    ? playFile(standIn, channels, { ...file, clock: options.clock, signal: stop.signal })
    : playScript(standIn, options, stop.signal);
  finished.catch(() => {}); // Whoever wants to know asks for it.
  const close = standIn[Symbol.asyncDispose].bind(standIn);
  return Object.assign(standIn, {
    channels,
    historyUrl: history?.url,
    finished,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await close();
      await finished.catch(() => {});
      await history?.[Symbol.asyncDispose]();
    },
  });
}

async function playFile(
  standIn: StandIn,
  channels: string[],
  options: ReplayOptions,
): Promise<ReplayResult | undefined> {
  const { signal } = options;
  signal?.throwIfAborted();
  const stopped = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
  await Promise.race([standIn.when(() => channels.every((login) => standIn.joined(login))), stopped]);
  return signal?.aborted ? undefined : await replay(standIn, options);
}

async function playScript(standIn: StandIn, options: DemoOptions, signal: AbortSignal): Promise<undefined> {
  const { seed, rate = 6, channels, clock = realClock } = options;
  const script: ChatterOptions = { seed, rate, channels, startMs: clock.now() };
  let sinceRest = 0;
  for (const { at, line } of chatter(script)) {
    // Even if it is late, it must yield to the sockets.
    if (at > clock.now() || ++sinceRest === 200) {
      await standIn.ready();
      await clock.sleep(Math.max(0, at - clock.now()), signal);
      sinceRest = 0;
    }
    if (signal.aborted) return;
    standIn.send(line);
  }
}
