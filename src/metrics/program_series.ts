/** Metrics of the main thread, its server and the archive's files. */
import process from "node:process";
import type { ArchiveSizes } from "../archive/maintenance.ts";
import type { LiveCounts } from "../live/topic.ts";
import type { HttpServerStatus } from "../web/server/http_server.ts";
import type { Series } from "./series.ts";

export interface ProgramSources {
  /** The program's version. */
  version: string;
  watchers: () => number;
  live: () => LiveCounts;
  /** `undefined` before the server listens. */
  http: () => HttpServerStatus | undefined;
  refusedStreams: () => { total: number; client: number };
  /** Queries that wait for a thread. */
  queriesWaiting: () => number;
  /** The sizes of the archive's files. */
  sizes: () => ArchiveSizes;
}

const LIVE_COUNTS: Record<keyof LiveCounts, string> = {
  rendered: "Events rendered for watchers, each once",
  sent: "Events sent to watchers, counted for each watcher",
  dropped: "Watchers disconnected because they did not keep up",
};

export function addProgramSeries(series: Series, sources: ProgramSources): void {
  const { version, watchers, live, http, refusedStreams, queriesWaiting, sizes } = sources;
  series.info("build", "The versions of the program", {
    version,
    deno: Deno.version.deno,
    sqlite: process.versions.sqlite ?? "unknown",
  });

  series.gauge("watchers", "Open live streams", watchers);
  for (const [name, help] of Object.entries(LIVE_COUNTS) as [keyof LiveCounts, string][]) {
    series.counter(`live_${name}`, help, () => live()[name]);
  }

  series.gauge("http_connections", "Open connections to the pages", () => http()?.connections ?? 0);
  series.gauge(
    "http_accepting",
    "1 if connections to the pages are accepted",
    () => http()?.isAccepting ? 1 : 0,
  );
  series.counter(
    "http_accept_failures",
    "Connections to the pages that could not be accepted",
    () => http()?.acceptFailures ?? 0,
  );
  series.counter("http_restarts", "Restarts of the HTTP server after an error", () => http()?.restarts ?? 0);
  series.byReason(
    "http_connections_refused",
    "Connections refused, by the limit that was reached",
    () => http()?.counts.refused,
  );
  series.byReason(
    "http_connections_ended",
    "Connections closed by a timeout, by the kind of timeout",
    () => http()?.counts.ended,
  );
  series.byReason(
    "http_streams_refused",
    "Live streams refused, by the limit that was reached",
    refusedStreams,
  );

  series.gauge("queries_waiting", "Queries to the archive that wait for a thread", queriesWaiting);
  series.gauge("database_size_bytes", "Size of the archive's file", () => sizes().database);
  series.gauge("wal_size_bytes", "Size of the archive's write-ahead log", () => sizes().wal);
  series.gauge("disk_free_bytes", "Free space where the archive is", () => sizes().free);

  series.counter("process_cpu_seconds", "CPU time of the process", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  series.gauge(
    "process_resident_memory_bytes",
    "Resident memory of the process",
    () => Deno.memoryUsage().rss,
  );
  series.gauge("process_heap_bytes", "Heap in use of the main thread", () => Deno.memoryUsage().heapUsed);
}
