/** The demo as the thread that wants it sees it. */
import type { DemoMessage, DemoStarted } from "./worker.ts";

export interface DemoThread extends AsyncDisposable {
  port: number;
  /** PEM, to be trusted. */
  caCert: string;
  channels: string[];
  historyUrl?: string;
}

/** @throws when the port is taken, or the file to replay cannot be read */
export async function startDemoThread(options: Exclude<DemoMessage, "stop">): Promise<DemoThread> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "demo" });
  const answer = Promise.withResolvers<DemoStarted>();
  worker.onmessage = ({ data }: MessageEvent<DemoStarted>) => answer.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    answer.resolve({ kind: "failed", message: event.message });
  };
  worker.postMessage(options);
  const started = await answer.promise;
  if (started.kind === "failed") {
    worker.terminate();
    throw new Error(`the stand-in for Twitch could not start: ${started.message}`);
  }
  return {
    ...started,
    [Symbol.asyncDispose]() {
      // It ends itself; its sockets are this process's, so nothing needs to be waited for.
      worker.postMessage("stop");
      return Promise.resolve();
    },
  };
}
