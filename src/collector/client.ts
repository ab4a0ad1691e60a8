/** The collector as the main thread sees it: a Recorder whose work is done in a Worker. */
import { decodeError } from "../rpc/error_codec.ts";
import { startWriterThread } from "../archive/sqlite/threads/writer_thread.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { CollectorSamples, CollectorStatus, Recorder } from "./recorder.ts";
import type { Calls, CollectorSetup, Report } from "./messages.ts";

export interface CollectorClientOptions {
  setup: CollectorSetup;
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
export async function startCollector(options: CollectorClientOptions): Promise<CollectorClient> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "collector" });
  const writer = startWriterThread(options.onCrash);
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastCall = 0;
  let status: CollectorStatus | undefined;
  /** When the status came, monotonic. */
  let statusAt = 0;

  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.kind === "events") return options.onEvents(data.events);
    if (data.kind === "joined") return options.onJoined(data.channelId);
    if (data.kind === "status") {
      status = data.status;
      statusAt = performance.now();
      return options.onSamples(data.samples);
    }
    const waiting = pending.get(data.call);
    pending.delete(data.call);
    if (data.error) waiting?.reject(decodeError(data.error));
    else waiting?.resolve(data.answer);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const error = new Error(`the collector's thread died: ${event.message}`);
    for (const waiting of pending.values()) waiting.reject(error);
    pending.clear();
    options.onCrash(error);
  };

  function send<K extends keyof Calls>(name: K, args: Calls[K]["args"], transfer: Transferable[]) {
    const waiting = Promise.withResolvers<unknown>();
    pending.set(++lastCall, waiting);
    worker.postMessage({ call: lastCall, name, args }, transfer);
    return waiting.promise as Promise<Calls[K]["answer"]>;
  }
  const call = <K extends keyof Calls>(name: K, ...args: Calls[K]["args"]) => send(name, args, []);
  const end = () => {
    worker.terminate();
    writer.end();
  };

  try {
    const { link } = writer;
    await send("start", [{ ...options.setup, writer: link }], [link.port, link.wakeup]);
  } catch (error) {
    end();
    throw error;
  }
  return {
    addChannels: (logins) => call("addChannels", logins),
    setEnabled: (id, enabled) => call("setEnabled", id, enabled),
    deleteChannel: (id, withMessages) => call("deleteChannel", id, withMessages),
    setRetention: (id, retention) => call("setRetention", id, retention),
    watch: (channelId) => call("watch", channelId),
    unwatch: (channelId) => void call("unwatch", channelId).catch(() => {/* told by onCrash */}),
    bar: (reason) => void call("bar", reason).catch(() => {/* told by onCrash */}),
    status: () => status!,
    now: () => Math.floor(status!.time.judgedMs + performance.now() - statusAt),
    async [Symbol.asyncDispose]() {
      await call("stop");
      end();
    },
  };
}
