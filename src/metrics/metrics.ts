/**
 * The metrics for Prometheus, named by its conventions: base units, `_total` for counters, and no label whose values a
 * client or a chat could make. Histograms are filled from samples, all else is read when `/metrics` is requested.
 */
import { Histogram } from "prom-client";
import type { CollectorSamples, CollectorStatus } from "../collector/recorder.ts";
import { RecentLongest } from "../event_loop.ts";
import { addCollectorSeries } from "./collector_series.ts";
import { addProgramSeries, type ProgramSources } from "./program_series.ts";
import { Series } from "./series.ts";

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

export interface MetricsSources extends ProgramSources {
  status: () => CollectorStatus;
}

/** Other methods share one series: a client could send any word, and each would create a series. */
const METHODS = new Set(["GET", "HEAD", "POST"]);

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(sources: MetricsSources): Metrics {
  const series = new Series();
  const { status } = sources;
  addCollectorSeries(series, status);
  addProgramSeries(series, sources);
  series.gauge(
    "process_start_time_seconds",
    "Start time of the process in seconds since 1970",
    () => status().startedAt / 1_000,
  );
  const longestDelay = new RecentLongest();
  series.gauge(
    "event_loop_longest_delay_seconds",
    "Longest delay of the main thread's event loop in the last minute",
    () => longestDelay.value / 1_000,
  );

  const registers = [series.registry];
  const batchEvents = new Histogram({
    name: "scrollback_batch_events",
    help: "Events in a committed batch",
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  });
  const commitSeconds = new Histogram({
    name: "scrollback_commit_duration_seconds",
    help: "Duration of the transaction of a batch",
    buckets: SECONDS,
    registers,
  });
  const lagSeconds = new Histogram({
    name: "scrollback_commit_lag_seconds",
    help: "Time from Twitch's timestamp of the first message of a batch to the commit",
    buckets: [...SECONDS, 10, 30, 60],
    registers,
  });
  const httpSeconds = new Histogram({
    name: "scrollback_http_request_duration_seconds",
    help: "Duration of HTTP responses, by the pattern of the route and the class of the status",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const querySeconds = new Histogram({
    name: "scrollback_query_duration_seconds",
    help: "Duration of queries to the archive by kind, including the time in the queue",
    labelNames: ["query"],
    buckets: SECONDS,
    registers,
  });
  const loopSeconds = new Histogram({
    name: "scrollback_event_loop_delay_seconds",
    help: "Delay of the main thread's event loop, measured every 10 ms",
    buckets: SECONDS,
    registers,
  });

  return {
    observe: ({ method, route, status, durationMs }) =>
      httpSeconds.observe(
        {
          method: METHODS.has(method) ? method : "other",
          route,
          status: `${Math.floor(status / 100)}xx`,
        },
        durationMs / 1_000,
      ),
    observeCollector({ batchSizes, batchMs, lagMs }) {
      for (const size of batchSizes) batchEvents.observe(size);
      for (const ms of batchMs) commitSeconds.observe(ms / 1_000);
      for (const ms of lagMs) lagSeconds.observe(ms / 1_000);
    },
    observeArchive: (query, ms) => querySeconds.observe({ query }, ms / 1_000),
    observeLoop(delayMs) {
      loopSeconds.observe(delayMs / 1_000);
      longestDelay.observe(delayMs);
    },
    contentType: series.registry.contentType,
    text: () => series.registry.metrics(),
  };
}
