/** The parts of a collector: creates them and connects them with each other. */
import type { Channel } from "../archive/channel.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import { AppError } from "../chat/errors.ts";
import { systemClock } from "../clock.ts";
import { Backfiller } from "./backfill/backfiller.ts";
import { ClockWatch } from "./clock_watch.ts";
import type { CollectorOptions } from "./collector_options.ts";
import { ReaderComparison } from "./connection/reader_comparison.ts";
import { Readers } from "./connection/readers.ts";
import { TIMINGS } from "./connection/session_options.ts";
import { CoverageStore } from "./coverage/coverage_store.ts";
import { EmoteChecker } from "./emotes/emote_checker.ts";
import { IngestPipeline } from "./ingest/pipeline.ts";
import { LineReceiver } from "./line_receiver.ts";
import { Maintenance } from "./maintenance.ts";
import { OptOutKeeper } from "./opt_out_keeper.ts";
import { Roster } from "./roster/roster.ts";
import { TimeJudge } from "./time/judge.ts";

const CHANNELS_PER_CONNECTION = 50;

export class CollectorParts {
  readonly time: TimeJudge;
  readonly clockWatch: ClockWatch;
  readonly readers: Readers;
  readonly roster: Roster;
  readonly lines: LineReceiver;
  readonly comparison = new ReaderComparison();
  readonly coverage: CoverageStore;
  readonly ingest: IngestPipeline;
  readonly optOuts: OptOutKeeper;
  readonly maintenance: Maintenance;
  /** Missing without a history service. */
  readonly backfiller: Backfiller | undefined;
  /** Missing if no service of emotes is chosen. */
  readonly emotes: EmoteChecker | undefined;
  /** Ids of the channels whose events are announced. */
  readonly watched = new Set<number>();
  #isDropping = false;
  readonly #options: CollectorOptions;

  /** Opens the archive. Nothing connects before a channel is added to the roster. @throws what opening the archive throws */
  constructor(options: CollectorOptions) {
    this.#options = options;
    const { log, clock = systemClock } = options;
    const writer = () => this.ingest.store.writer;
    const time = this.time = new TimeJudge(clock, {
      useLineTimes: options.useLineTimes,
      changed: (change) => this.clockWatch.corrected(change),
    });
    this.coverage = new CoverageStore({
      time,
      journalPath: options.coverageJournalPath,
      overflowPath: options.overflow.path,
      store: () => this.ingest.store,
      log,
    });
    const coverage = this.coverage.tracker;
    this.clockWatch = new ClockWatch({ time, coverage, writer, log });
    this.readers = new Readers({
      url: options.ircUrl,
      caCerts: options.caCerts,
      credentials: options.credentials,
      timings: { ...TIMINGS, ...options.timings },
      channelsPerConnection: options.channelsPerConnection ?? CHANNELS_PER_CONNECTION,
      joinsPer10s: options.joinsPer10s,
      secondReader: options.secondReader ?? [],
      clock,
      log,
    });
    this.roster = new Roster({
      readers: this.readers,
      coverage,
      comparison: this.comparison,
      time,
      writer,
      joined: (channel) => this.#joined(channel),
      busyPerMinute: options.busyPerMinute,
      log,
    });
    this.ingest = new IngestPipeline({
      openWriter: () => this.#openWriter(),
      overflow: options.overflow,
      time,
      watched: this.watched,
      areRepeated: () => this.roster.isRepeated,
      committed: options.committed,
      healthChanged: (reason) => this.#logHealth(reason),
      dropped: ({ channel }, times) => {
        if (!this.#isDropping) {
          log.error("nothing can hold more messages: new ones are lost, and gaps are recorded");
        }
        this.#isDropping = true;
        const recorded = this.roster.recording(channel);
        if (recorded) coverage.dropped(recorded.channel.id, times);
      },
    });
    this.coverage.restored();
    time.startNotBefore(this.ingest.store.writer.newestAt());
    this.optOuts = new OptOutKeeper({
      store: this.ingest.store,
      roster: this.roster,
      maintenance: () => this.maintenance,
      changed: options.optOutsChanged,
    });
    // It uses only parts that exist by now.
    this.lines = new LineReceiver({ ...this, optOuts: this.optOuts.filter });
    this.readers.start(this.lines, this.roster);
    this.maintenance = new Maintenance({
      writer,
      time,
      damaged: (reason) =>
        log.error("deletions and retention have stopped, run doctor: {reason}", { reason }),
      broken: (error) => log.error("maintenance failed by a bug: {error}", { error }),
    });
    this.backfiller = options.historyUrl === undefined ? undefined : new Backfiller({
      url: options.historyUrl,
      token: options.historyToken,
      writer: () => this.#writerForBackfill(),
      hasSeen: (event, line) => this.ingest.hasSeen(event, line),
      admit: (event) => this.optOuts.filter.admit(event),
      log,
      time,
      timings: options.backfillTimings,
    });
    this.emotes = EmoteChecker.of(options.emoteServices ?? [], {
      writer,
      time,
      log,
      timings: options.emoteTimings,
    });
  }

  #logHealth(reason: string | undefined): void {
    const { log } = this.#options;
    if (reason !== undefined) {
      return log.error("the archive cannot be written; messages wait: {reason}", { reason });
    }
    log.info("the archive can be written again");
    const { dropped } = this.ingest.counts;
    if (this.#isDropping) log.error("{dropped} messages were lost since the start", { dropped });
    this.#isDropping = false;
  }

  /** Opens the archive. If another file is in its place, that may lack our channels: then they are created. */
  #openWriter(): ArchiveWriter {
    const writer = this.#options.openWriter(this.coverage.unwritten);
    try {
      this.coverage.tracker.reopened(this.roster.moveTo(writer));
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
    return writer;
  }

  #joined({ id, login }: Channel): void {
    this.backfiller?.joined(id, login);
    this.emotes?.joined();
    if (this.watched.has(id)) this.#options.joined?.(id);
  }

  /** Gaps are read from the stored coverage, so all coverage is stored first. @throws AppError unavailable */
  #writerForBackfill(): ArchiveWriter {
    this.ingest.store.settle();
    if (this.time.isContested) throw new AppError("unavailable", "the time is not certain yet");
    this.coverage.tracker.tick();
    return this.ingest.store.flushedWriter();
  }
}
