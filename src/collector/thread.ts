/** The Worker's side of the collector: answers calls with its methods, and posts its events and status. */
import { answerCalls } from "../rpc/caller.ts";
import type { Port } from "../rpc/protocol.ts";
import { Collector } from "./collector.ts";
import type { CollectorOptions } from "./collector_options.ts";
import type { CollectorCalls, CollectorMessage } from "./thread_calls.ts";

const STATUS_MS = 500;

/**
 * Runs a collector that is controlled through a port.
 * @param open turns the value that `start` received into options that cannot be sent between threads
 */
export function runCollector<Archive>(
  port: Port,
  open: (archive: Archive) => Pick<CollectorOptions, "openWriter" | "log">,
): void {
  let collector: Collector | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  const post = (message: CollectorMessage) => port.postMessage(message);
  const postStatus = () =>
    post({ kind: "status", status: collector!.status(), samples: collector!.takeSamples() });

  answerCalls<CollectorCalls<Archive>>(port, {
    start(setup, archive) {
      collector = new Collector({
        ...setup,
        ...open(archive),
        committed: (events) => post({ kind: "events", events }),
        joined: (channelId) => post({ kind: "joined", channelId }),
        optOutsChanged: (all) => post({ kind: "opt-outs", all }),
      });
      postStatus();
      ticker = setInterval(postStatus, STATUS_MS);
    },
    addChannels(logins) {
      const channels = collector!.addChannels(logins);
      postStatus();
      return channels;
    },
    setEnabled(id, enabled) {
      const channel = collector!.setEnabled(id, enabled);
      postStatus();
      return channel;
    },
    deleteChannel: (id, withMessages) => collector!.deleteChannel(id, withMessages),
    change: (change) => collector!.change(change),
    reloadOptOuts: () => collector!.reloadOptOuts(),
    watch: (id) => collector!.watch(id),
    unwatch: (id) => collector!.unwatch(id),
    suspendWriting: (reason) => collector!.suspendWriting(reason),
    async stop() {
      clearInterval(ticker);
      await collector![Symbol.asyncDispose]();
      postStatus();
    },
  });
}
