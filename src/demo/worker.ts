/**
 * The demo on a thread of its own, so that it does not share one with what it feeds. It is told `DemoOptions` first,
 * answers a {@link DemoStarted}, and ends after it was told `stop`.
 */
import { type DemoOptions, startDemo } from "./demo.ts";
import { DEMO_JOINS } from "./server/rules.ts";

export type DemoStarted =
  | { kind: "started"; url: string; caCert: string; port: number; channels: string[]; historyUrl?: string }
  | { kind: "failed"; message: string };

/** What a message may be; clocks and functions do not cross threads. */
export type DemoMessage = Omit<DemoOptions, "clock" | "standIn"> | "stop";

declare const self: {
  onmessage: ((event: MessageEvent<DemoMessage>) => void) | null;
  postMessage(message: DemoStarted): void;
  close(): void;
};

const stack = new AsyncDisposableStack();

self.onmessage = async ({ data }) => {
  if (data === "stop") {
    await stack.disposeAsync();
    return self.close();
  }
  try {
    const { url, caCert, port, channels, historyUrl } = stack.use(
      await startDemo({ ...data, standIn: { joinLimit: DEMO_JOINS } }),
    );
    self.postMessage({ kind: "started", url, caCert, port, channels, historyUrl });
  } catch (error) {
    self.postMessage({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
