/** The demo on its own thread, so that it does not slow down the program that it feeds. */
import { Caller } from "../rpc/caller.ts";
import { startWorker } from "../rpc/start_worker.ts";
import type { DemoCalls, DemoFacts, DemoSetup } from "./worker.ts";
import { messageOf } from "../chat/errors.ts";

export interface DemoThread extends DemoFacts, Disposable {}

/** @throws if the port is taken, or the file to replay cannot be read */
export async function startDemoThread(setup: DemoSetup): Promise<DemoThread> {
  const worker = startWorker(
    new URL("./worker.ts", import.meta.url),
    "demo",
    (error) => caller.cancel(error),
  );
  const caller = new Caller<DemoCalls>(worker);
  try {
    const facts = await caller.call("start", [setup]);
    // Its sockets close with it, which ends the connections of clients.
    return { ...facts, [Symbol.dispose]: () => worker.terminate() };
  } catch (error) {
    worker.terminate();
    throw new Error(`the stand-in for Twitch could not start: ${messageOf(error)}`, { cause: error });
  }
}
