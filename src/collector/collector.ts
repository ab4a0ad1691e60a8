/** The collector: connects readers, roster, ingest and coverage. It runs in any thread; `thread.ts` runs it in a Worker. */
import type { Channel } from "../archive/channel.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import type { Retention } from "../archive/maintenance.ts";
import type { CoverageNote, UnwrittenCoverage } from "../archive/coverage.ts";
import { type Clock, systemClock } from "../clock.ts";
import { hasDoubleKey } from "./ingest/deduplicator.ts";
import { ConnectionGroup } from "./connection/connection_group.ts";
import type { ChannelLine, ChannelLineSink, ChannelSink } from "./connection/connection_group_options.ts";
import { Backfiller } from "./backfill/backfiller.ts";
import { IngestPipeline } from "./ingest/pipeline.ts";
import { TIMINGS } from "./connection/session_options.ts";
import { CoverageTracker } from "./coverage/tracker.ts";
import { ReaderComparison } from "./reader_comparison.ts";
import { RateLimiter } from "./connection/rate_limiter.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";
import { Roster } from "./roster.ts";
import { TimeJudge } from "./time/judge.ts";
import { UnkeyedLines } from "./ingest/unkeyed_lines.ts";
import { CoverageJournal } from "./coverage/journal.ts";
import { ClockWatch } from "./clock_watch.ts";
import type { CollectorOptions } from "./collector_options.ts";
import { Maintenance } from "./maintenance.ts";
import { HeldLines, lastSentAt } from "./ingest/held_lines.ts";
import { AppError } from "../chat/errors.ts";

const CHANNELS_PER_CONNECTION = 50;
const LOGINS_PER_10S = 20;
/** Twice what the busiest channel of April 2019 had on average. */
const BUSY_PER_MINUTE = 1_000;
const TICK_MS = 100;
/** At the end it is looked more often whether all is read. */
const FINISH_TICK_MS = 10;

export class Collector implements AsyncDisposable, ChannelLineSink, ChannelSink {
  readonly #options: CollectorOptions;
  readonly #clock: Clock;
  readonly #time: TimeJudge;
  /** Lines that wait until it is judged what time it is. */
  readonly #held: HeldLines<ChannelLine>;
  readonly #clockWatch: ClockWatch;
  /** Monotonic. */
  readonly #startedAt: number;
  readonly #watched = new Set<number>();
  readonly #roster: Roster;
  readonly #unkeyed = new UnkeyedLines();
  readonly #first: ConnectionGroup;
  readonly #second: ConnectionGroup;
  readonly #misses = new ReaderComparison();
  readonly #listening: CoverageTracker;
  readonly #unnoted: CoverageJournal;
  readonly #intake: IngestPipeline;
  readonly #healer: Backfiller | undefined;
  readonly #upkeep: Maintenance;
  readonly #ticker: ReturnType<typeof setInterval>;
  #ended = false;

  /** Opens the archive and starts to connect. @throws what opening the archive throws */
  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#time = new TimeJudge(this.#clock, {
      linesTell: options.linesTell,
      changed: ({ byMs, retroactive }) => {
        if (retroactive) this.#listening.retell();
        this.#clockWatch.corrected(retroactive ? byMs : 0);
      },
    });
    this.#clockWatch = new ClockWatch({
      time: this.#time,
      writer: () => this.#intake.store.writer,
      certain: (isChanged) => {
        if (isChanged) this.#listening.retell();
        this.#listening.confirmed();
      },
      broken: (error) => options.log.error("connection failed by a bug: {error}", { error }),
      log: options.log,
    });
    this.#held = new HeldLines(this.#time, (heard) => this.#take(heard));
    this.#startedAt = this.#clock.monotonicMs();
    const reader = {
      url: options.ircUrl,
      caCerts: options.caCerts,
      timings: { ...TIMINGS, ...options.timings },
      channelsPerConnection: options.channelsPerConnection ?? CHANNELS_PER_CONNECTION,
      joinLimiter: new RateLimiter(options.joinsPer10s),
      loginLimiter: new RateLimiter(LOGINS_PER_10S),
      clock: this.#clock,
      lines: this,
      channels: this,
      log: options.log,
    };
    this.#first = new ConnectionGroup({ ...reader, name: "first", credentials: options.credentials });
    this.#second = new ConnectionGroup({ ...reader, name: "second" });
    this.#listening = new CoverageTracker({
      time: this.#time,
      write: (note, done) => this.#writeCoverage(note, done),
    });
    this.#roster = new Roster({
      first: this.#first,
      second: this.#second,
      secondReader: options.secondReader ?? [],
      listening: this.#listening,
      misses: this.#misses,
      time: this.#time,
      // Before what waits to be stored: lines find their room by its id then.
      writer: () => this.#intake.store.writer,
      log: options.log,
    });
    this.#unnoted = new CoverageJournal(options.unnotedPath);
    let unnoted = this.#unnoted.read(options.overflow.path);
    this.#intake = new IngestPipeline({
      openWriter: () => this.#openWriter(unnoted),
      overflow: options.overflow,
      time: this.#time,
      watched: this.#watched,
      committed: options.committed,
      trouble: (reason) =>
        reason === undefined
          ? options.log.info("the archive can be written again")
          : options.log.error("the archive cannot be written; messages wait: {reason}", { reason }),
      dropped: (event, at) => {
        const seat = this.#roster.recording(event.channel);
        if (seat) this.#listening.dropped(seat.channel.id, at);
      },
    });
    this.#unnoted.drop();
    unnoted = undefined;
    this.#upkeep = new Maintenance({
      writer: () => this.#intake.store.writer,
      time: this.#time,
      damaged: (reason) =>
        options.log.error("deletions and retention have stopped, run doctor: {reason}", { reason }),
      broken: (error) => options.log.error("maintenance failed by a bug: {error}", { error }),
    });
    this.#healer = options.historyUrl === undefined ? undefined : new Backfiller({
      url: options.historyUrl,
      writer: () => {
        // It looks for gaps in what was noted, so everything has to be.
        this.#intake.store.settle();
        if (this.#time.isContested) throw new AppError("unavailable", "it is being judged what time it is");
        this.#listening.tick();
        return this.#intake.store.flushedWriter();
      },
      heard: (event, line) => this.#intake.heard(event, line),
      log: options.log,
      time: this.#time,
      timings: options.healTimings,
    });
    this.#time.isAtLeast(this.#intake.store.writer.newestAt());
    this.addChannels(options.channels);
    for (const channel of this.#intake.store.flushedWriter().channels()) {
      if (channel.enabled && !channel.deleting) this.#roster.add(channel);
    }
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  // --- what the main thread asks ---

  /** @throws AppError unavailable while the archive cannot be written */
  addChannels(logins: string[]): Channel[] {
    const writer = this.#intake.store.flushedWriter();
    return logins.map((login) => {
      const channel = writer.createChannel(login, this.#time.now());
      // What would be said in it meanwhile had no channel to belong to, once it is gone.
      if (!channel.deleting) this.#roster.add(channel);
      return channel;
    });
  }

  setEnabled(id: number, enabled: boolean): Channel | undefined {
    const channel = this.#intake.store.flushedWriter().setEnabled(id, enabled);
    if (!channel) return undefined;
    if (enabled) this.#roster.add(channel);
    else this.#roster.remove(channel.login);
    return channel;
  }

  deleteChannel(id: number, withMessages: boolean): void {
    const writer = this.#intake.store.flushedWriter();
    const channel = writer.channels().find((c) => c.id === id);
    if (!channel) return;
    // What comes out of the overflow file afterwards would belong to no channel, and be kept where it was to be deleted.
    if (withMessages && this.#intake.store.isOverflowing) {
      throw new AppError(
        "unavailable",
        "messages that had to wait are still being stored; try again in a moment",
      );
    }
    this.#roster.remove(channel.login, { discard: withMessages });
    writer.deleteChannel(id, withMessages);
    this.#upkeep.hurry();
  }

  setRetention(id: number, retention: Retention): void {
    this.#intake.store.flushedWriter().setRetention(id, retention);
    this.#upkeep.hurry();
  }

  watch(channelId: number): void {
    this.#watched.add(channelId);
    // What was handed over before would be committed without being announced, perhaps after the page was read.
    this.#intake.store.settle();
  }

  /** Nothing is written from now on, for this reason, and what comes waits; undefined = it may be again. */
  bar(reason: string | undefined): void {
    this.#intake.store.bar(reason);
  }

  unwatch(channelId: number): void {
    this.#watched.delete(channelId);
  }

  status(): CollectorStatus {
    const epochOf = (monotonicMs: number) => this.#time.epochOf(monotonicMs);
    return {
      at: this.#time.now(),
      startedAt: epochOf(this.#startedAt),
      loginName: this.#options.credentials?.login ?? "anonymous",
      connections: [...this.#first.status(epochOf), ...this.#second.status(epochOf)],
      channels: this.#roster.status(this.#clock.monotonicMs()),
      writer: this.#intake.status(),
      time: { ...this.#time.status(), ahead: this.#clockWatch.ahead },
      counts: { ...this.#intake.counts },
      rejectedSamples: this.#intake.rejectedSamples,
      renames: this.#roster.renames,
    };
  }

  takeSamples(): CollectorSamples {
    return this.#intake.takeSamples();
  }

  /** Sockets first, then the last batch, then the database. What was said to us before is read, for a while. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const healed = this.#healer?.[Symbol.asyncDispose]();
    this.#roster.ending();
    await this.#finish();
    clearInterval(this.#ticker);
    this.#intake.store.ending();
    await Promise.all([this.#first.stop(), this.#second.stop(), healed]);
    this.#held.release();
    this.#intake.store.settle();
    this.#listening.stop(
      [...this.#roster.seats.values()].map(({ channel }) => channel.id),
      this.#clock.monotonicMs(),
    );
    const { dropped } = this.#intake.counts;
    this.#intake[Symbol.dispose]();
    // Where something was lost at the very end, what was kept until then stands: it reaches up to that, and no further.
    const unnoted = this.#listening.unnoted(this.#time.now());
    if (unnoted && this.#intake.counts.dropped === dropped) this.#keeping(() => this.#unnoted.keep(unnoted));
    this.#options.log.info("recording ended", { ...this.#intake.counts });
  }

  // --- what the readers tell (FleetSink) ---

  chat(heard: ChannelLine): void {
    const { event, line, at, leaving } = heard;
    const seat = this.#roster.recording(event.channel);
    if (!seat && leaving) return void this.#intake.counts.late++;
    if (!seat) {
      return this.#intake.reject(line, `#${event.channel} is not being recorded`, this.#time.epochOf(at));
    }
    if (leaving === "reading") this.#roster.read(seat, at);
    if (!hasDoubleKey(event) && this.#isEcho(heard)) return this.#intake.duplicate();
    this.#held.take(heard);
  }

  #take({ event, line, at, reader }: ChannelLine): void {
    const isSaid = event.kind === "message" || event.kind === "action" || event.kind === "notice";
    if (
      isSaid && event.uuid !== undefined && this.#first.hears(event.channel) &&
      this.#second.hears(event.channel)
    ) {
      this.#misses.heard(event.uuid, event.channel, reader.name, at);
    }
    if (this.#intake.take(event, line, at)) this.#roster.recording(event.channel)?.rate.add(at);
  }

  protocol(): void {
    this.#intake.counts.protocol++;
  }

  rejected(line: string, why: string, at: number): void {
    this.#intake.reject(line, why, this.#time.epochOf(at));
  }

  joined(login: string, roomId: number, at: number, reader: ConnectionGroup): void {
    const seat = this.#roster.joined(login, roomId, at, reader);
    if (!seat) return;
    this.#healer?.joined(seat.channel.id, seat.channel.login);
    if (this.#watched.has(seat.channel.id)) this.#options.joined?.(seat.channel.id);
  }

  lost(login: string, heardAt: number, reader: ConnectionGroup): void {
    this.#roster.lost(login, heardAt, reader);
  }

  missed(login: string, from: number, to: number, reader: ConnectionGroup): void {
    this.#roster.missed(login, from, to, reader);
  }

  left(login: string, at: number, reader: ConnectionGroup): void {
    this.#roster.left(login, at, reader);
  }

  refused(login: string, reason: string): void {
    this.#roster.refused(login);
    this.#options.log.warn("#{channel} refused: {reason}", { channel: login, reason });
  }

  whenWritable(): Promise<void> | undefined {
    return this.#intake.store.whenWritable();
  }

  // --- inside ---

  /** A file that was put in place of ours may not know our channels: then they are made there. */
  #openWriter(unnoted: UnwrittenCoverage | undefined): ArchiveWriter {
    const writer = this.#options.openWriter(unnoted);
    try {
      this.#listening.reopened(this.#roster.moveTo(writer));
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
    return writer;
  }

  #writeCoverage({ changes, knownAt, anew }: CoverageNote, done: (error?: unknown) => void): void {
    let writer: ArchiveWriter;
    try {
      ({ writer } = this.#intake.store);
    } catch (error) {
      return done(error);
    }
    writer.listenLater(changes, knownAt, anew, done);
  }

  /** Of what carries nothing unique: whether another connection brought it, or nobody said it. */
  #isEcho({ event, line, at, sessionId, answersJoin }: ChannelLine): boolean {
    const { channel } = event;
    if (this.#first.sources(channel) + this.#second.sources(channel) > 1) {
      return answersJoin || this.#unkeyed.isDouble(channel, line, sessionId, at);
    }
    this.#unkeyed.forget(channel);
    return false;
  }

  /** Resolves when what was said to us is read, or that took too long. */
  async #finish(): Promise<void> {
    this.#first.finish();
    this.#second.finish();
    const giveUpAt = performance.now() + (this.#options.timings?.stopMs ?? TIMINGS.stopMs);
    while (!this.#first.isOver || !this.#second.isOver) {
      this.#first.tick(this.#clock.monotonicMs());
      this.#second.tick(this.#clock.monotonicMs());
      // Nobody reads while there is no room, and there will be none.
      const { state, queue, queueBound } = this.#intake.status();
      if (performance.now() > giveUpAt || state === "failing" && queue >= queueBound) return;
      await new Promise((resolve) => setTimeout(resolve, FINISH_TICK_MS));
    }
  }

  /** Before lines are read: what time they tell is judged first. */
  arrived(lines: readonly string[], at: number): void {
    const sentAt = lastSentAt(lines);
    if (sentAt === undefined) return;
    this.#time.heard(sentAt, at);
    // What was stored by a wrong time is put right before anything is stored by the right one.
    this.#clockWatch.tick(at);
    this.#held.tick();
  }

  #tick(): void {
    const now = this.#clock.monotonicMs();
    this.#time.tick();
    this.#clockWatch.tick(now);
    this.#held.tick();
    this.#roster.tick();
    this.#first.tick(now);
    this.#second.tick(now);
    this.#misses.settle(now);
    this.#listening.tick();
    this.#keeping(() => this.#unnoted.tick(this.#listening.unnoted(this.#intake.store.safeUpto()), now));
    const { busyPerMinute = BUSY_PER_MINUTE } = this.#options;
    for (const [login, { rate }] of this.#ended ? [] : this.#roster.seats) {
      if (rate.perMinute(now) > busyPerMinute) this.#first.isolate(login);
    }
    this.#upkeep.tick();
  }

  #keeping(keep: () => void): void {
    try {
      keep();
    } catch (error) {
      // The next start takes what was going on for killed when that was kept last, or noted.
      this.#options.log.error("coverage could not be kept: {error}", { error });
    }
  }
}
