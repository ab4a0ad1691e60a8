/** The program as one scope: it opens its parts in order and closes them in reverse order. */
import manifest from "../../../deno.json" with { type: "json" };
import { createApp } from "../../../routes/mod.ts";
import { archiveSizes } from "../../archive/sqlite/file/sizes.ts";
import { type ArchiveLock, lockArchive } from "../../archive/sqlite/file/lock.ts";
import { openReaderPool } from "../../archive/sqlite/threads/reader_pool.ts";
import { startWriterThread } from "../../archive/sqlite/threads/writer_thread.ts";
import { startCollector } from "../../collector/client.ts";
import type { Timings } from "../../collector/connection/session_options.ts";
import { type Config, type EffectiveSetting, secretsOf } from "../../config.ts";
import { formatAddress, isLoopback } from "../../config/address.ts";
import { watchEventLoop } from "../../event_loop.ts";
import { createHub, type Hub } from "../../live/hub.ts";
import { getLogger, setUpLogging } from "../../log.ts";
import { createMetrics, type Metrics } from "../../metrics/metrics.ts";
import { startWorker } from "../../rpc/start_worker.ts";
import type { HttpServer } from "../../web/server/http_server.ts";
import { SSE_HEARTBEAT, SSE_JOINED } from "../../web/sse.ts";
import { StreamSlots } from "../../web/access/stream_slots.ts";
import type { CollectorArchive } from "./collector_worker.ts";
import { httpBounds, listen } from "./http.ts";
import { watchOptOuts } from "./watch_opt_outs.ts";

/** Upper bound of the time for which two programs can write one archive after its lock file was removed. */
const LOCK_CHECK_MS = 2_000;
const SHUTDOWN_MS = 1_000;

export interface ProgramOptions {
  /** PEM certificates to trust in addition to the system's. */
  caCerts?: string[];
  /** False if lines are replayed: their times are then no evidence of the current time. */
  useLineTimes?: boolean;
  timings?: Partial<Timings>;
  /** The effective settings, for the page of settings. */
  settings?: readonly EffectiveSetting[];
  /** Whether to serve `/design`. */
  design?: boolean;
  /** Called if the collector's thread fails, which ends recording. */
  onCrash: (error: Error) => void;
}

export interface Program extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8080`, with the actual port. */
  url: string;
  /** Listens again at the same address. Call it after an uncaught error of HTTP. */
  restartHttp(): void;
}

/** @throws if the archive or the address cannot be opened; then nothing stays open */
export async function startProgram(config: Config, options: ProgramOptions): Promise<Program> {
  const logging = {
    level: config.logLevel,
    format: config.logFormat,
    secrets: secretsOf(config),
    colors: Deno.stderr.isTerminal() && !Deno.noColor,
  };
  setUpLogging(logging);
  const bounds = httpBounds(config);
  await using opening = new AsyncDisposableStack();
  const lock = opening.use(lockArchive(config.dbPath, "serve"));

  let hub: Hub | undefined;
  let metrics: Metrics | undefined;
  const writer = opening.use(startWriterThread(options.onCrash));
  const collector = opening.use(
    await startCollector<CollectorArchive>({
      start: (died) => startWorker(new URL("./collector_worker.ts", import.meta.url), "collector", died),
      setup: {
        ircUrl: `${config.irc.tls ? "ircs" : "irc"}://${formatAddress(config.irc)}`,
        caCerts: options.caCerts,
        useLineTimes: options.useLineTimes,
        credentials: config.username && config.oauthToken
          ? { login: config.username, token: config.oauthToken }
          : undefined,
        joinsPer10s: config.joinsPer10s,
        channels: [...config.channels],
        secondReader: config.secondReader,
        busyPerMinute: config.busyPerMinute,
        historyUrl: config.historyUrl,
        historyToken: config.historyToken,
        emoteServices: config.emoteServices,
        overflow: { path: `${config.dbPath}-spool`, bound: config.overflowMaxMb * 2 ** 20 },
        coverageJournalPath: `${config.dbPath}-unnoted`,
        timings: options.timings,
      },
      archive: {
        path: config.dbPath,
        synchronous: config.sqliteSynchronous,
        locked: lock.archive,
        writer: writer.link,
        logging,
      },
      transfer: [writer.link.port, writer.link.wakeup],
      onEvents: (events) => hub?.announce(events),
      onJoined: (channelId) => hub?.joined(channelId),
      onSamples: (samples) => metrics?.observeCollector(samples),
      onCrash: options.onCrash,
    }),
  );
  opening.use(watchLock(lock, (reason) => collector.suspendWriting(reason)));
  const archive = opening.use(
    await openReaderPool({
      path: config.dbPath,
      answered: (method, ms) => metrics?.observeArchive(method, ms),
      faulty: ({ sentence }) => getLogger("archive").error("{sentence}", { sentence }),
    }),
  );
  opening.use(watchOptOuts(archive, collector));
  const httpLog = getLogger("http");
  const liveHub = hub = createHub({
    recorder: collector,
    heartbeat: SSE_HEARTBEAT,
    joinedEvent: SSE_JOINED,
    onFault: (error) => httpLog.error("cannot render live rows: {error}", { error }),
  });
  const streams = new StreamSlots(bounds);
  let server: HttpServer | undefined;
  const measured = metrics = createMetrics({
    status: () => collector.status(),
    watchers: () => liveHub.size(),
    live: () => liveHub.counts,
    http: () => server?.status(),
    refusedStreams: () => streams.refused,
    queriesWaiting: () => archive.waiting(),
    sizes: () => archiveSizes(config.dbPath),
    version: manifest.version,
  });
  const app = createApp({
    archive,
    recorder: collector,
    hub: liveHub,
    config: {
      adminPassword: config.adminPassword,
      loopback: isLoopback(config.http.hostname),
      trustedProxies: config.trustedProxies,
      metricsToken: config.metricsToken,
      readAccess: config.readAccess,
      rateLimit: config.rateLimit,
      showDeleted: config.showDeleted,
      emoteServices: config.emoteServices,
      emoteCacheBytes: config.emoteCacheMb * 2 ** 20,
      webhookHosts: config.webhookHosts,
      settings: options.settings,
      design: options.design,
      version: manifest.version,
    },
    streams,
    metrics: measured,
    staticRoot: new URL("../../../static/", import.meta.url),
    log: httpLog,
    now: () => collector.now(),
  });
  const listening = server = listen(config, bounds, app.fetch);
  opening.defer(() => listening.shutDown(SHUTDOWN_MS));
  // The hub is closed first: the server waits for open responses, and live streams are open responses.
  opening.use(liveHub);

  const { hostname, port } = listening.addr;
  const url = `http://${formatAddress({ hostname: hostname === "0.0.0.0" ? "127.0.0.1" : hostname, port })}`;
  lock.listensAt(url);
  opening.use(watchEventLoop(measured.observeLoop));
  const opened = opening.move();
  return {
    url,
    restartHttp: () => listening.restart(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/**
 * Calls `changed` with a reason when another program holds the archive, and with `undefined` when it has
 * released it.
 */
function watchLock(lock: ArchiveLock, changed: (reason: string | undefined) => void): Disposable {
  let lost: string | undefined;
  const timer = setInterval(() => {
    const reason = lock.check();
    if (reason !== lost) changed(lost = reason);
  }, LOCK_CHECK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
