/**
 * The metrics for Prometheus. The collector's numbers come from its latest status, the histograms from
 * samples.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CollectorSamples, CollectorStatus, Counts } from "./collector/recorder.ts";
import { RecentLongest } from "./event_loop.ts";
import type { LiveCounts } from "./live/topic.ts";
import type { HttpServerStatus } from "./web/server/http_server.ts";

export interface Metrics {
  /** The content type of `text`. */
  contentType: string;
  observe(served: { method: string; route: string; status: number; durationMs: number }): void;
  observeCollector(samples: CollectorSamples): void;
  /** A query to the archive and its duration, including the time in the queue. */
  observeArchive(method: string, ms: number): void;
  /** The delay of the main thread's event loop. */
  observeLoop(delayMs: number): void;
  /** The body of `/metrics`. */
  text(): Promise<string>;
}

export interface MetricsSources {
  status: () => CollectorStatus;
  watchers: () => number;
  live: () => LiveCounts;
  /** `undefined` before the server listens. */
  http: () => HttpServerStatus | undefined;
  refusedStreams: () => { total: number; client: number };
}

const COUNTS: Record<keyof Counts, string> = {
  received: "Chat lines received",
  stored: "Events committed to the archive",
  duplicates: "Messages dropped because one with the same id was received before",
  rejected: "Lines that were malformed or belonged to no channel",
  dropped: "Events lost because memory and the overflow file were full",
  late: "Lines of a deleted channel, or that came too long after a channel was left",
  optedOut: "Lines of channels and users that have opted out",
  protocol: "Lines that are not chat, such as PING and JOIN",
};
const LIVE_COUNTS: Record<keyof LiveCounts, string> = {
  rendered: "Events rendered for watchers, each once",
  sent: "Events sent to watchers, counted for each watcher",
  dropped: "Watchers disconnected because they did not keep up",
};
/** Other methods share one series: a client could send any word, and each would create a series. */
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
  gauge("queue_length", "Events waiting to be written", () => status().writer.queue);
  gauge("writer_ok", "1 if the archive can be written", () => status().writer.state === "ok" ? 1 : 0);
  gauge(
    "last_commit_timestamp_seconds",
    "Time of the last commit in seconds since 1970; 0 if none since the start",
    () => (status().writer.lastCommitAt ?? 0) / 1_000,
  );
  gauge(
    "clock_offset_seconds",
    "Difference of the system clock to the time that is considered correct",
    () => (status().time.wallMs - status().time.judgedMs) / 1_000,
  );
  gauge("clock_ok", "1 if the system clock is plausible", () => status().time.plausible ? 1 : 0);
  gauge("messages_ahead", "Messages in the archive with a time in the future", () => status().time.ahead);
  gauge("watchers", "Open live streams", watchers);
  gauge(
    "start_time_seconds",
    "Start time of the program in seconds since 1970",
    () => status().startedAt / 1_000,
  );
  gauge("resident_memory_bytes", "Resident memory of the process", () => Deno.memoryUsage().rss);
  const longestDelay = new RecentLongest();
  gauge(
    "event_loop_longest_delay_seconds",
    "Longest delay of the main thread's event loop in the last minute",
    () => longestDelay.value / 1_000,
  );
  gauge("http_connections", "Open connections to the pages", () => http()?.connections ?? 0);
  gauge("http_accepting", "1 if connections to the pages are accepted", () => http()?.isAccepting ? 1 : 0);
  counter(
    "http_accept_failures",
    "Connections to the pages that could not be accepted",
    () => http()?.acceptFailures ?? 0,
  );
  counter("http_restarts", "Restarts of the HTTP server after an error", () => http()?.restarts ?? 0);
  byReason(
    "http_connections_refused",
    "Connections refused, by the limit that was reached",
    () => http()?.counts.refused,
  );
  byReason(
    "http_connections_ended",
    "Connections closed by a timeout, by the kind of timeout",
    () => http()?.counts.ended,
  );
  byReason("http_streams_refused", "Live streams refused, by the limit that was reached", refusedStreams);
  byState("connections", "Connections to Twitch, by state", CONNECTION_STATES, () => status().connections);
  byState("channels", "Channels, by state", CHANNEL_STATES, () => status().channels);

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
    help: "Duration of the transaction of a batch",
    buckets: seconds,
    registers,
  });
  const lagSeconds = new Histogram({
    name: "scrollback_lag_seconds",
    help: "Time from Twitch's timestamp of the first message of a batch to the commit",
    buckets: [...seconds, 10, 30, 60],
    registers,
  });
  const httpSeconds = new Histogram({
    name: "scrollback_http_seconds",
    help: "Duration of HTTP responses",
    labelNames: ["method", "route", "status"],
    buckets: seconds,
    registers,
  });
  const archiveSeconds = new Histogram({
    name: "scrollback_archive_seconds",
    help: "Duration of queries to the archive, including the time in the queue",
    labelNames: ["method"],
    buckets: seconds,
    registers,
  });
  const loopSeconds = new Histogram({
    name: "scrollback_event_loop_delay_seconds",
    help: "Delay of the main thread's event loop, measured every 10 ms",
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
