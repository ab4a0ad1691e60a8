/** The collector: readers, roster and intake put together. Runs in any thread; `worker.ts` is its shell. */
import type { ArchiveWriter, Channel } from "../archive/archive.ts";
import type { Retention } from "../archive/maintenance.ts";
import type { CoverageNote, UnwrittenCoverage } from "../archive/coverage.ts";
import type { StoredEvent } from "../chat/events.ts";
import { type Clock, systemClock } from "../clock.ts";
import { hasDoubleKey } from "./ingest/deduplicator.ts";
import { ConnectionGroup, type ConnectionGroupSink, type Heard } from "./connection/connection_group.ts";
import { Backfiller, type BackfillTimings } from "./backfill/backfiller.ts";
import { IngestPipeline } from "./ingest/pipeline.ts";
import type { OverflowOptions } from "./ingest/overflow_file.ts";
import { type Credentials, type Ending, TIMINGS, type Timings } from "./connection/session_options.ts";
import type { ReconnectingConnection } from "./connection/reconnecting_connection.ts";
import { CoverageTracker } from "./coverage/tracker.ts";
import { ReaderComparison } from "./reader_comparison.ts";
import { RateLimiter } from "./connection/rate_limiter.ts";
import type { CollectorSamples, CollectorStatus } from "./recorder.ts";
import { Roster } from "./roster.ts";
import { TimeJudge } from "./time/judge.ts";
import { UnkeyedLines } from "./ingest/unkeyed_lines.ts";
import { CoverageJournal } from "./coverage/journal.ts";
import { Maintenance } from "./maintenance.ts";
import { HeldLines, lastSentAt } from "./ingest/held_lines.ts";
import { AppError, isUnavailable } from "../chat/errors.ts";

export interface CollectorOptions {
  ircUrl: string;
  /** PEM certificates to trust beside the system's. */
  caCerts?: string[];
  /** Anonymous where missing. */
  credentials?: Credentials;
  joinsPer10s: number;
  /** Logins that are added and enabled at the start. */
  channels: string[];
  /** What a second, anonymous reader listens to as well: these logins, or every channel. */
  secondReader?: "all" | readonly string[];
  /** A channel with more events in a minute than this gets a connection of its own. */
  busyPerMinute?: number;
  /** A recent-messages service that fills gaps, with `{login}` in its address; none where missing. */
  historyUrl?: string;
  healTimings?: Partial<BackfillTimings>;
  openWriter: (unnoted?: UnwrittenCoverage) => ArchiveWriter;
  /** The file that takes what the archive cannot, and its bound in bytes; 0 = none. */
  overflow: OverflowOptions;
  /** The file that takes what coverage cannot be told. */
  unnotedPath: string;
  timings?: Partial<Timings>;
  channelsPerLink?: number;
  /** The machine's, unless a test makes time pass. */
  clock?: Clock;
  /** False where lines are replayed: then their times do not tell what time it is. */
  linesTell?: boolean;
  log: CollectorLog;
  /** Committed events of watched channels, by ascending id. */
  committed: (events: StoredEvent[]) => void;
  /** Told when a watched channel is listened to (again): coverage knows of a gap before it within a second. */
  joined?: (channelId: number) => void;
}

/** The calls that a logger of the usual kind has. */
export interface CollectorLog {
  info(message: string, properties?: Record<string, unknown>): void;
  warn(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}

const CHANNELS_PER_LINK = 50;
const LOGINS_PER_10S = 20;
/** Twice what the busiest channel of April 2019 had on average. */
const BUSY_PER_MINUTE = 1_000;
const TICK_MS = 100;
/** How often what stands in the future is counted, where something does. */
const LOOK_AHEAD_MS = 60_000;
/** At the end it is looked more often whether all is read. */
const FINISH_TICK_MS = 10;

export class Collector implements AsyncDisposable, ConnectionGroupSink {
  readonly #options: CollectorOptions;
  readonly #clock: Clock;
  readonly #time: TimeJudge;
  /** Lines that wait until it is judged what time it is. */
  readonly #held: HeldLines<Heard>;
  /** The wall clock was implausible when last looked at. */
  #isClockWrong = false;
  /** By how much the time was put right, of which the archive does not know yet. */
  #shiftMs = 0;
  /** What the archive has ahead of the present. */
  #ahead = 0;
  /** When (monotonic) the archive is looked through for what is ahead of the present. */
  #lookAheadAt = -Infinity;
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
        if (retroactive) {
          this.#shiftMs += byMs;
          this.#listening.retell();
        }
        this.#lookAheadAt = -Infinity;
      },
    });
    this.#held = new HeldLines(this.#time, (heard) => this.#take(heard));
    this.#startedAt = this.#clock.monotonicMs();
    const reader = {
      url: options.ircUrl,
      caCerts: options.caCerts,
      timings: { ...TIMINGS, ...options.timings },
      channelsPerLink: options.channelsPerLink ?? CHANNELS_PER_LINK,
      joinPace: new RateLimiter(options.joinsPer10s),
      loginPace: new RateLimiter(LOGINS_PER_10S),
      clock: this.#clock,
      arrived: (lines: readonly string[], at: number) => this.#arrived(lines, at),
      sink: this,
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
      time: { ...this.#time.status(), ahead: this.#ahead },
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

  chat(heard: Heard): void {
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

  #take({ event, line, at, fleet }: Heard): void {
    const isSaid = event.kind === "message" || event.kind === "action" || event.kind === "notice";
    if (
      isSaid && event.uuid !== undefined && this.#first.hears(event.channel) &&
      this.#second.hears(event.channel)
    ) {
      this.#misses.heard(event.uuid, event.channel, fleet.name, at);
    }
    if (this.#intake.take(event, line, at)) this.#roster.recording(event.channel)?.rate.add(at);
  }

  protocol(): void {
    this.#intake.counts.protocol++;
  }

  rejected(line: string, why: string, at: number): void {
    this.#intake.reject(line, why, this.#time.epochOf(at));
  }

  joined(login: string, roomId: number, at: number, fleet: ConnectionGroup): void {
    const seat = this.#roster.joined(login, roomId, at, fleet);
    if (!seat) return;
    this.#healer?.joined(seat.channel.id, seat.channel.login);
    if (this.#watched.has(seat.channel.id)) this.#options.joined?.(seat.channel.id);
  }

  lost(login: string, _reason: string, heardAt: number, fleet: ConnectionGroup): void {
    this.#roster.lost(login, heardAt, fleet);
  }

  missed(login: string, from: number, to: number, fleet: ConnectionGroup): void {
    this.#roster.missed(login, from, to, fleet);
  }

  left(login: string, at: number, fleet: ConnectionGroup): void {
    this.#roster.left(login, at, fleet);
  }

  refused(login: string, reason: string): void {
    this.#roster.refused(login);
    this.#options.log.warn("#{channel} refused: {reason}", { channel: login, reason });
  }

  ended(link: ReconnectingConnection, { reason, permanent }: Ending): void {
    this.#options.log.warn("connection {connection} ended: {reason}", {
      connection: link.id,
      reason,
      permanent,
    });
  }

  broken(error: unknown): void {
    this.#options.log.error("connection failed by a bug: {error}", { error });
  }

  room(): Promise<void> | undefined {
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
  #isEcho({ event, line, at, lifeId, answersJoin }: Heard): boolean {
    const { channel } = event;
    if (this.#first.sources(channel) + this.#second.sources(channel) > 1) {
      return answersJoin || this.#unkeyed.isDouble(channel, line, lifeId, at);
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
  #arrived(lines: readonly string[], at: number): void {
    const sentAt = lastSentAt(lines);
    if (sentAt === undefined) return;
    this.#time.heard(sentAt, at);
    // What was stored by a wrong time is put right before anything is stored by the right one.
    this.#watchTime(at);
    this.#held.tick();
  }

  /** Tells when the wall clock is implausible; and when the time is certain, what the archive has ahead of it. */
  #watchTime(now: number): void {
    const { plausible, wallMs, judgedMs } = this.#time.status();
    if (plausible === this.#isClockWrong) {
      this.#isClockWrong = !plausible;
      const times = { wall: new Date(wallMs).toISOString(), judged: new Date(judgedMs).toISOString() };
      if (plausible) this.#options.log.info("the machine's clock is right again: {wall}", times);
      else this.#options.log.warn("the machine's clock is wrong: it says {wall}, and it is {judged}", times);
    }
    if (!this.#time.isCertain || now < this.#lookAheadAt) return;
    this.#lookAheadAt = Infinity;
    try {
      const { ahead, changed } = this.#intake.store.writer.setRight(
        this.#time.now(),
        Math.round(this.#shiftMs),
      );
      this.#shiftMs = 0;
      if (changed) this.#listening.retell();
      this.#listening.confirmed();
      if (ahead !== this.#ahead && ahead > 0) {
        this.#options.log.warn("{ahead} messages of the archive stand in the future", { ahead });
      }
      this.#ahead = ahead;
      if (ahead > 0) this.#lookAheadAt = now + LOOK_AHEAD_MS;
    } catch (error) {
      this.#lookAheadAt = now + LOOK_AHEAD_MS;
      if (!isUnavailable(error)) this.broken(error);
    }
  }

  #tick(): void {
    const now = this.#clock.monotonicMs();
    this.#time.tick();
    this.#watchTime(now);
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
