/** What Prometheus is told. The collector's numbers come from its newest status, the histograms from samples. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CollectorSamples, CollectorStatus, Counts } from "./collector/recorder.ts";
import { RecentLongest } from "./event_loop.ts";
import type { LiveCounts } from "./live/hub.ts";
import type { HttpServerStatus } from "./web/server/http_server.ts";

export interface Metrics {
  /** Of `text`. */
  contentType: string;
  observe(served: { method: string; route: string; status: number; durationMs: number }): void;
  observeCollector(samples: CollectorSamples): void;
  /** A question to the archive, and how long its answer took, waiting included. */
  observeArchive(method: string, ms: number): void;
  /** By how much the main thread's event loop came late. */
  observeLoop(delayMs: number): void;
  /** The text that `/metrics` answers. */
  text(): Promise<string>;
}

export interface MetricsSources {
  status: () => CollectorStatus;
  watchers: () => number;
  live: () => LiveCounts;
  /** `undefined` before it listens. */
  http: () => HttpServerStatus | undefined;
  refusedStreams: () => { total: number; client: number };
}

const COUNTS: Record<keyof Counts, string> = {
  received: "Lines of chat that came off the sockets",
  stored: "Events committed to the archive",
  duplicates: "Messages recognised by their id as stored already",
  rejected: "Lines that were malformed or of no channel",
  dropped: "Events lost for lack of room",
  late: "Lines of channels that were deleted with their messages, or left too long ago to wait for",
  protocol: "Lines that are not chat",
};
const LIVE_COUNTS: Record<keyof LiveCounts, string> = {
  rendered: "Events rendered for those who watch, each once however many do",
  sent: "Events handed to watchers, once for each of them",
  dropped: "Watchers that were sent away because they did not keep up",
};
/** A method may be any word that somebody sends, and each one would be a series of its own. */
const METHODS = new Set(["GET", "HEAD", "POST"]);
const CONNECTION_STATES = ["connecting", "open", "waiting", "refused", "idle"] as const;
const CHANNEL_STATES = ["joined", "joining", "refused", "disabled", "deleting"] as const;

export function createMetrics({ status, watchers, live, http, refusedStreams }: MetricsSources): Metrics {
  const registers = [new Registry()];
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name: `scrollback_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  for (const [name, help] of Object.entries(COUNTS) as [keyof Counts, string][]) {
    counter(name, help, () => status().counts[name]);
  }
  for (const [name, help] of Object.entries(LIVE_COUNTS) as [keyof LiveCounts, string][]) {
    counter(`live_${name}`, help, () => live()[name]);
  }
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `scrollback_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("queue_length", "Events that wait to be written", () => status().writer.queue);
  gauge("writer_ok", "1 while the archive can be written", () => status().writer.state === "ok" ? 1 : 0);
  gauge(
    "last_commit_timestamp_seconds",
    "When events were committed last, in seconds since 1970; 0 = not since the start",
    () => (status().writer.lastCommitAt ?? 0) / 1_000,
  );
  gauge(
    "clock_offset_seconds",
    "By how much the machine's clock is ahead of the time that is judged right",
    () => (status().time.wallMs - status().time.judgedMs) / 1_000,
  );
  gauge("clock_ok", "1 while the machine's clock is plausible", () => status().time.plausible ? 1 : 0);
  gauge("messages_ahead", "Messages of the archive that stand in the future", () => status().time.ahead);
  gauge("watchers", "Pages that watch a channel live", watchers);
  gauge("start_time_seconds", "When the program started", () => status().startedAt / 1_000);
  gauge("resident_memory_bytes", "Memory of the whole process", () => Deno.memoryUsage().rss);
  const longestDelay = new RecentLongest();
  gauge(
    "event_loop_longest_delay_seconds",
    "By how much the main thread's event loop came late at most, in the last minute",
    () => longestDelay.value / 1_000,
  );
  gauge("http_connections", "Open connections to the pages", () => http()?.connections ?? 0);
  gauge("http_accepting", "1 while connections to the pages are accepted", () => http()?.isAccepting ? 1 : 0);
  counter(
    "http_accept_failures",
    "Connections to the pages that could not be accepted",
    () => http()?.acceptFailures ?? 0,
  );
  counter("http_restarts", "Times that HTTP listened anew after a fault", () => http()?.restarts ?? 0);
  byReason(
    "http_connections_refused",
    "Connections refused by the bound that was reached",
    () => http()?.counts.refused,
  );
  byReason(
    "http_connections_ended",
    "Connections that took too long, by what for",
    () => http()?.counts.ended,
  );
  byReason("http_streams_refused", "Live streams refused by the bound that was reached", refusedStreams);
  byState("connections", "Connections to Twitch by state", CONNECTION_STATES, () => status().connections);
  byState("channels", "Channels to be recorded by state", CHANNEL_STATES, () => status().channels);

  function byState<S extends string>(
    name: string,
    help: string,
    states: readonly S[],
    all: () => { state: S }[],
  ) {
    new Gauge({
      name: `scrollback_${name}`,
      help,
      labelNames: ["state"],
      registers,
      collect() {
        const counted = all();
        for (const state of states) this.set({ state }, counted.filter((one) => one.state === state).length);
      },
    });
  }

  function byReason(name: string, help: string, counts: () => Readonly<Record<string, number>> | undefined) {
    new Counter({
      name: `scrollback_${name}_total`,
      help,
      labelNames: ["reason"],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(counts() ?? {})) this.inc({ reason }, count);
      },
    });
  }

  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
  const batchSize = new Histogram({
    name: "scrollback_batch_size",
    help: "Events in a committed batch",
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  });
  const batchSeconds = new Histogram({
    name: "scrollback_batch_seconds",
    help: "How long the transaction of a batch took",
    buckets: seconds,
    registers,
  });
  const lagSeconds = new Histogram({
    name: "scrollback_lag_seconds",
    help: "From Twitch's time of a batch's first message to its commit",
    buckets: [...seconds, 10, 30, 60],
    registers,
  });
  const httpSeconds = new Histogram({
    name: "scrollback_http_seconds",
    help: "How long HTTP answers took",
    labelNames: ["method", "route", "status"],
    buckets: seconds,
    registers,
  });
  const archiveSeconds = new Histogram({
    name: "scrollback_archive_seconds",
    help: "How long pages' questions to the archive took, waiting included",
    labelNames: ["method"],
    buckets: seconds,
    registers,
  });
  const loopSeconds = new Histogram({
    name: "scrollback_event_loop_delay_seconds",
    help: "By how much the main thread's event loop came late, looked at every 10 ms",
    buckets: seconds,
    registers,
  });

  return {
    observe: ({ method, route, status, durationMs }) =>
      httpSeconds.observe(
        { method: METHODS.has(method) ? method : "other", route, status },
        durationMs / 1_000,
      ),
    observeCollector({ batchSizes, batchMs, lagMs }) {
      for (const size of batchSizes) batchSize.observe(size);
      for (const ms of batchMs) batchSeconds.observe(ms / 1_000);
      for (const ms of lagMs) lagSeconds.observe(ms / 1_000);
    },
    observeArchive: (method, ms) => archiveSeconds.observe({ method }, ms / 1_000),
    observeLoop(delayMs) {
      loopSeconds.observe(delayMs / 1_000);
      longestDelay.observe(delayMs);
    },
    contentType: registers[0]!.contentType,
    text: () => registers[0]!.metrics(),
  };
}
