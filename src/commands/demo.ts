/** The same program against a stand-in for Twitch. */
import type { Config } from "../config.ts";
import { DEMO_JOINS } from "../demo/rules.ts";
import { type DemoThread, startDemoThread } from "../demo/thread.ts";
import { EXIT_UNAVAILABLE, serve } from "./serve.ts";

export interface DemoOptions {
  stopOnStdinEnd: boolean;
  /** Messages a second over all channels. */
  rate: number;
  /** Raw IRC lines to play instead of the invented ones. */
  replay?: string;
  /** How many times their own pace; Infinity = flat out. */
  speed: number;
}

/** Serves until it is told to stop, and yields the exit status. */
export async function demo(
  config: Config,
  { stopOnStdinEnd, rate, replay, speed }: DemoOptions,
): Promise<number> {
  let started: DemoThread;
  try {
    started = await startDemoThread({
      rate,
      history: true,
      replay: replay === undefined ? undefined : { path: replay, speed: speed === Infinity ? "flat" : speed },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT_UNAVAILABLE;
  }
  await using standIn = started;
  const irc = { tls: true, hostname: "127.0.0.1", port: standIn.port };
  // The stand-in's word is not Twitch's: what a person's own settings say of Twitch does not hold here.
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
    { stopOnStdinEnd, caCerts: [standIn.caCert], linesTell: replay === undefined },
  );
}
