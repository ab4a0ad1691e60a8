/// <reference lib="deno.worker" />
/** The collector's thread: a shell that turns messages into calls. */
import { ArchiveClaims } from "../archive/sqlite/file/lock.ts";
import { WriterThread } from "../archive/sqlite/threads/writer_thread.ts";
import { getLogger, setUpLogging } from "../log.ts";
import { encodeError } from "../rpc/error_codec.ts";
import { Collector } from "./collector.ts";
import type { Call, Calls, Report, WorkerSetup } from "./messages.ts";

const STATUS_MS = 500;

let collector: Collector | undefined;
let ticker: ReturnType<typeof setInterval> | undefined;

function report(report: Report): void {
  self.postMessage(report);
}

function reportStatus(collector: Collector): void {
  report({ kind: "status", status: collector.status(), samples: collector.takeSamples() });
}

function start(setup: WorkerSetup): void {
  setUpLogging(setup.logging);
  const writer = new WriterThread(setup.writer);
  const claims = new ArchiveClaims(setup.locked);
  const started = collector = new Collector({
    ...setup,
    unnotedPath: `${setup.dbPath}-unnoted`,
    openWriter: (unnoted) => {
      claims.claim(setup.dbPath);
      return writer.open({ path: setup.dbPath, synchronous: setup.synchronous, unnoted });
    },
    log: getLogger("collector"),
    committed: (events) => report({ kind: "events", events }),
    joined: (channelId) => report({ kind: "joined", channelId }),
  });
  reportStatus(started);
  ticker = setInterval(() => reportStatus(started), STATUS_MS);
}

async function stop(): Promise<void> {
  clearInterval(ticker);
  if (!collector) return;
  await collector[Symbol.asyncDispose]();
  reportStatus(collector);
}

type Handlers = {
  [K in keyof Calls]: (...args: Calls[K]["args"]) => Calls[K]["answer"] | Promise<Calls[K]["answer"]>;
};

const handlers: Handlers = {
  start,
  addChannels: (logins) => {
    const channels = collector!.addChannels(logins);
    reportStatus(collector!);
    return channels;
  },
  setEnabled: (id, enabled) => {
    const channel = collector!.setEnabled(id, enabled);
    reportStatus(collector!);
    return channel;
  },
  deleteChannel: (id, withMessages) => collector!.deleteChannel(id, withMessages),
  setRetention: (id, retention) => collector!.setRetention(id, retention),
  watch: (id) => collector!.watch(id),
  unwatch: (id) => collector!.unwatch(id),
  bar: (reason) => collector!.bar(reason),
  stop,
};

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  try {
    const answer = await (handlers[data.name] as (...args: unknown[]) => unknown)(...data.args);
    report({ kind: "answer", call: data.call, answer });
  } catch (error) {
    report({ kind: "answer", call: data.call, error: encodeError(error) });
  }
};
