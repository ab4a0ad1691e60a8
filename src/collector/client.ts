/** The main thread's side of the collector: a Recorder that calls the collector in its Worker. */
import { OptOutList } from "../archive/access/opt_out.ts";
import type { StoredEvent } from "../chat/events.ts";
import { Caller } from "../rpc/caller.ts";
import type { CollectorSamples, CollectorStatus, Recorder } from "./recorder.ts";
import type { CollectorCalls, CollectorMessage, CollectorSetup } from "./thread_calls.ts";

/** @template Archive a value from which the Worker opens the archive */
export interface CollectorClientOptions<Archive> {
  /** Starts a Worker that calls `runCollector`. */
  start: (died: (error: Error) => void) => Worker;
  setup: CollectorSetup;
  archive: Archive;
  /** The parts of `archive` that are transferred instead of copied. */
  transfer: Transferable[];
  /** Called with committed events of watched channels, by ascending id, perhaps of several channels. */
  onEvents: (events: StoredEvent[]) => void;
  /** Called when Twitch has confirmed the JOIN of a watched channel. */
  onJoined: (channelId: number) => void;
  onSamples: (samples: CollectorSamples) => void;
  /** Called if the thread fails because of a bug, which ends recording. */
  onCrash: (error: Error) => void;
}

export interface CollectorClient extends Recorder, AsyncDisposable {
  /** Stops writing for this reason, so that messages wait; `undefined` resumes it. */
  suspendWriting(reason: string | undefined): void;
  /** The time as the collector judges it, epoch milliseconds. */
  now(): number;
}

/** Starts the collector's thread. @throws what opening the archive throws */
export async function startCollector<Archive>(
  options: CollectorClientOptions<Archive>,
): Promise<CollectorClient> {
  let status: CollectorStatus | undefined;
  let optOuts = new OptOutList([]);
  /** When the status arrived, monotonic. */
  let statusAt = 0;

  const worker = options.start((error) => {
    caller.cancel(error);
    options.onCrash(error);
  });
  const caller = new Caller<CollectorCalls<Archive>, CollectorMessage>(worker, (message) => {
    if (message.kind === "events") return options.onEvents(message.events);
    if (message.kind === "opt-outs") return void (optOuts = new OptOutList(message.all));
    if (message.kind === "joined") return options.onJoined(message.channelId);
    status = message.status;
    statusAt = performance.now();
    options.onSamples(message.samples);
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
    change: (change) => caller.call("change", [change]),
    optOuts: () => optOuts,
    reloadOptOuts: () => caller.call("reloadOptOuts", []),
    watch: (channelId) => caller.call("watch", [channelId]),
    unwatch: (channelId) => void caller.call("unwatch", [channelId]).catch(ignore),
    suspendWriting: (reason) => void caller.call("suspendWriting", [reason]).catch(ignore),
    status: () => status!,
    now: () => Math.floor(status!.time.judgedMs + performance.now() - statusAt),
    async [Symbol.asyncDispose]() {
      await caller.call("stop", []);
      worker.terminate();
    },
  };
}
