/// <reference lib="deno.worker" />
/** The demo's thread. */
import { answerCalls } from "../rpc/caller.ts";
import { type DemoOptions, startDemo } from "./demo.ts";
import { DEMO_JOINS } from "./server/rules.ts";

/** Those options of the demo that can be handed to another thread. */
export type DemoSetup = Omit<DemoOptions, "clock" | "standIn">;

export interface DemoFacts {
  url: string;
  port: number;
  /** The certificate to trust, as PEM. */
  caCert: string;
  /** The logins of the demo's channels. */
  channels: string[];
  /** For `HISTORY_URL`; missing without a history service. */
  historyUrl?: string;
}

export interface DemoCalls {
  start(setup: DemoSetup): Promise<DemoFacts>;
}

answerCalls<DemoCalls>(self, {
  async start(setup) {
    const demo = await startDemo({ ...setup, standIn: { joinLimit: DEMO_JOINS } });
    const { url, port, caCert, channels, historyUrl } = demo;
    return { url, port, caCert, channels, historyUrl };
  },
});
