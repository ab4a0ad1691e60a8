/** The collector as the main thread sees it: a Recorder whose work is done in a Worker. */
import type { StoredEvent } from "../chat/events.ts";
import { Caller } from "../rpc/caller.ts";
import type { CollectorSamples, CollectorStatus, Recorder } from "./recorder.ts";
import type { CollectorCalls, CollectorNews, CollectorSetup } from "./thread_calls.ts";

/** @template Archive what the Worker opens the archive with */
export interface CollectorClientOptions<Archive> {
  /** Starts a Worker that calls `runCollector`. */
  start: (died: (error: Error) => void) => Worker;
  setup: CollectorSetup;
  archive: Archive;
  /** What of it is handed over instead of copied. */
  transfer: Transferable[];
  /** Committed events of watched channels, by ascending id, perhaps of several channels. */
  onEvents: (events: StoredEvent[]) => void;
  /** A watched channel is listened to (again). */
  onJoined: (channelId: number) => void;
  onSamples: (samples: CollectorSamples) => void;
  /** The thread died of a bug: nothing is recorded any more. */
  onCrash: (error: Error) => void;
}

export interface CollectorClient extends Recorder, AsyncDisposable {
  /** Nothing is written from now on, for this reason, and what comes waits; undefined = it may be again. */
  bar(reason: string | undefined): void;
  /** What time it is, as the collector judges it: epoch milliseconds. */
  now(): number;
}

/** Starts the collector's thread. @throws what opening the archive throws */
export async function startCollector<Archive>(
  options: CollectorClientOptions<Archive>,
): Promise<CollectorClient> {
  let status: CollectorStatus | undefined;
  /** When the status came, monotonic. */
  let statusAt = 0;

  const worker = options.start((error) => {
    caller.cancel(error);
    options.onCrash(error);
  });
  const caller = new Caller<CollectorCalls<Archive>, CollectorNews>(worker, (news) => {
    if (news.kind === "events") return options.onEvents(news.events);
    if (news.kind === "joined") return options.onJoined(news.channelId);
    status = news.status;
    statusAt = performance.now();
    options.onSamples(news.samples);
  });

  try {
    await caller.call("start", [options.setup, options.archive], { transfer: options.transfer });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const ignore = () => {/* onCrash reports it */};
  return {
    addChannels: (logins) => caller.call("addChannels", [logins]),
    setEnabled: (id, enabled) => caller.call("setEnabled", [id, enabled]),
    deleteChannel: (id, withMessages) => caller.call("deleteChannel", [id, withMessages]),
    setRetention: (id, retention) => caller.call("setRetention", [id, retention]),
    watch: (channelId) => caller.call("watch", [channelId]),
    unwatch: (channelId) => void caller.call("unwatch", [channelId]).catch(ignore),
    bar: (reason) => void caller.call("bar", [reason]).catch(ignore),
    status: () => status!,
    now: () => Math.floor(status!.time.judgedMs + performance.now() - statusAt),
    async [Symbol.asyncDispose]() {
      await caller.call("stop", []);
      worker.terminate();
    },
  };
}
