/** `demo`: serves with a stand-in for Twitch. */
import type { Config, EffectiveSetting } from "../config.ts";
import { DEMO_JOINS } from "../demo/server/rules.ts";
import { type DemoThread, startDemoThread } from "../demo/thread.ts";
import { EXIT_UNAVAILABLE, serve } from "./serve.ts";
import { messageOf } from "../chat/errors.ts";

export interface DemoOptions {
  settings?: readonly EffectiveSetting[];
  design?: true;
  stopOnStdinEnd: boolean;
  /** Messages per second over all channels. */
  rate: number;
  /** Path of raw IRC lines to send instead of invented ones. */
  replay?: string;
  /** Speed of the replay as a multiple of the recording's; Infinity = as fast as possible. */
  speed: number;
}

/** Serves until it receives a stop request, and returns the exit status. */
export async function demo(
  config: Config,
  { stopOnStdinEnd, rate, replay, speed, settings, design }: DemoOptions,
): Promise<number> {
  let started: DemoThread;
  try {
    started = await startDemoThread({
      rate,
      history: true,
      replay: replay === undefined ? undefined : { path: replay, speed: speed === Infinity ? "flat" : speed },
    });
  } catch (error) {
    console.error(messageOf(error));
    return EXIT_UNAVAILABLE;
  }
  using standIn = started;
  const irc = { tls: true, hostname: "127.0.0.1", port: standIn.port };
  // Settings for the real Twitch (account, JOIN limit, history service) do not apply to the stand-in.
  const channels = [...new Set([...config.channels, ...standIn.channels])];
  return await serve(
    {
      ...config,
      irc,
      channels,
      historyUrl: standIn.historyUrl,
      username: undefined,
      oauthToken: undefined,
      joinsPer10s: DEMO_JOINS.joins,
    },
    { stopOnStdinEnd, settings, design, caCerts: [standIn.caCert], useLineTimes: replay === undefined },
  );
}
