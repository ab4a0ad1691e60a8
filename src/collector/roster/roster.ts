/** The channels that are recorded: joins and leaves them on the readers, and tracks their coverage. */
import type { Channel } from "../../archive/channel.ts";
import type { ArchiveWriter } from "../../archive/writer.ts";
import { channelStatus } from "./channel_status.ts";
import type { CollectorLog } from "../log.ts";
import type { ConnectionGroup } from "../connection/connection_group.ts";
import type { ChannelSink } from "../connection/connection_group_options.ts";
import type { Readers } from "../connection/readers.ts";
import type { CoverageTracker } from "../coverage/tracker.ts";
import type { ReaderComparison } from "../connection/reader_comparison.ts";
import { type RecordedChannel, RecordedChannels } from "./recorded_channels.ts";
import { UnheardReasons } from "./unheard_reason.ts";
import type { ChannelStatus, Rename } from "../recorder.ts";
import { type ConfirmedJoin, RoomIdentifier } from "./room_identifier.ts";
import type { TimeJudge } from "../time/judge.ts";

export interface RosterOptions {
  readers: Readers;
  coverage: CoverageTracker;
  comparison: ReaderComparison;
  time: TimeJudge;
  /** @throws AppError unavailable while the archive cannot be written */
  writer: () => ArchiveWriter;
  /** Called when Twitch has confirmed the JOIN of a channel on one of the readers. */
  joined: (channel: Channel) => void;
  /** A channel with more events in a minute than this gets a connection of its own. */
  busyPerMinute?: number;
  log: CollectorLog;
}

/** Twice what the busiest channel of April 2019 had on average. */
const BUSY_PER_MINUTE = 1_000;

export class Roster implements ChannelSink {
  readonly #options: RosterOptions;
  readonly #rooms: RoomIdentifier;
  readonly #channels = new RecordedChannels();
  readonly #unheard: UnheardReasons;
  #ending = false;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#unheard = new UnheardReasons(this.#now());
    this.#rooms = new RoomIdentifier(options);
  }

  /** Ids of the channels to be recorded. */
  get channelIds(): number[] {
    return [...this.#channels].map(([, { channel }]) => channel.id);
  }

  /** Logins of the channels to be recorded. */
  get logins(): string[] {
    return [...this.#channels].map(([login]) => login);
  }

  /** The channel if its lines are stored, which is also the case while it is being left. */
  recording(login: string): RecordedChannel | undefined {
    return this.#channels.get(login);
  }

  /** Whether several connections deliver the same channel. */
  get isRepeated(): boolean {
    return [...this.#channels].some(([login]) => this.#options.readers.sources(login) > 1);
  }

  /** Renames since the start, newest first. */
  get renames(): readonly Rename[] {
    return this.#rooms.renames;
  }

  add(channel: Channel): void {
    const { login } = channel;
    if (this.#channels.wanted(login)) return;
    const { readers, coverage } = this.#options;
    const recorded = this.#channels.add(channel);
    if (recorded.leftAt === undefined) coverage.wanted(channel.id, this.#now());
    else recorded.wantedAt = this.#now();
    readers.join(login);
  }

  /**
   * Leaves a channel. Lines from before the PART are still read and stored, and coverage ends after the last one. With
   * `discard` they are not, and coverage ends now.
   */
  remove(login: string, { discard = false } = {}): void {
    const { readers, coverage, comparison } = this.#options;
    const recorded = this.recording(login);
    if (!recorded) return;
    this.#channels.remove(login);
    this.#rooms.forget(login);
    comparison.forget(login);
    readers.leave(login);
    recorded.wantedAt = undefined;
    if (readers.isReading(login) && !discard) this.#channels.leave(login, recorded, this.#now());
    else coverage.left(recorded.channel.id, this.#now(), "disabled");
  }

  /** The program ends: from now on, channels are left for that reason. */
  ending(): void {
    this.#ending = true;
    for (const [, recorded] of this.#channels) recorded.leftAt = this.#now();
  }

  /** Retries storing channels' ids, and stores why channels are unheard after a start. Call it several times a second. */
  tick(): void {
    if (!this.#unheard.isDone && !this.#ending) this.#explainUnheard();
    for (let join = this.#rooms.takePending(); join; join = this.#rooms.takePending()) {
      if (this.#channels.wanted(join.login) && join.reader.hears(join.login)) this.#joined(join);
    }
  }

  /** Gives busy channels a connection of their own. @param now monotonic */
  isolateBusy(now: number): void {
    if (this.#ending) return;
    const { readers, busyPerMinute = BUSY_PER_MINUTE } = this.#options;
    for (const [login, { rate }] of this.#channels) {
      if (rate.perMinute(now) > busyPerMinute) readers.isolate(login);
    }
  }

  /** A line from before the PART was read. */
  read(recorded: RecordedChannel, at: number): void {
    if (recorded.leftAt !== undefined) recorded.leftAt = Math.max(recorded.leftAt, at);
  }

  /** Another archive file is in use now; see {@link RecordedChannels.moveTo}. */
  moveTo(writer: ArchiveWriter): Map<number, number> {
    return this.#channels.moveTo(writer, this.#options.time.now());
  }

  /** @param now monotonic */
  status(now: number): ChannelStatus[] {
    const { time, readers, comparison } = this.#options;
    return [...this.#channels].map(([login, { channel, rate }]) =>
      channelStatus({
        channelId: channel.id,
        login,
        memberships: readers.memberships(login),
        perMinute: rate.perMinute(now),
        missed: comparison.of(login),
        epochOf: (monotonicMs) => time.epochOf(monotonicMs),
      })
    );
  }

  // --- events of the readers ---

  joined(login: string, roomId: number, at: number, reader: ConnectionGroup): void {
    const recorded = this.#joined({ login, roomId, at, reader });
    if (recorded) this.#options.joined(recorded.channel);
  }

  lost(login: string, heardAt: number, reader: ConnectionGroup): void {
    const { coverage, comparison } = this.#options;
    comparison.forget(login);
    const recorded = this.recording(login);
    if (!recorded) return;
    if (recorded.leftAt !== undefined) return this.left(login, heardAt, reader);
    coverage.ended(recorded.channel.id, reader.name, heardAt, "connection lost");
  }

  missed(login: string, from: number, to: number, reader: ConnectionGroup): void {
    const recorded = this.recording(login);
    if (!recorded) return;
    const { coverage } = this.#options;
    coverage.ended(recorded.channel.id, reader.name, from, "connection lost");
    coverage.started(recorded.channel.id, reader.name, Math.max(from + 1, to));
  }

  left(login: string, at: number, reader: ConnectionGroup): void {
    const { readers, coverage } = this.#options;
    const recorded = this.recording(login);
    if (!recorded || !this.#ending && reader.hears(login)) return;
    const reason = this.#ending ? "stopped" : recorded.leftAt === undefined ? "not joined" : "disabled";
    const { channel, leftAt = at } = recorded;
    // The connection may have been lost before the channel was left.
    if (at >= leftAt) coverage.ended(channel.id, reader.name, leftAt, reason);
    else if (coverage.ended(channel.id, reader.name, at, "connection lost")) {
      coverage.left(channel.id, leftAt, reason);
    }
    if (readers.isReading(login)) return;
    if (recorded.wantedAt !== undefined) coverage.wanted(recorded.channel.id, recorded.wantedAt);
    this.#channels.left(login, recorded);
  }

  refused(login: string, reason: string): void {
    const { coverage, log } = this.#options;
    const recorded = this.#channels.wanted(login);
    if (recorded) coverage.refused(recorded.channel.id, this.#now());
    log.warn("#{channel} refused: {reason}", { channel: login, reason });
  }

  // --- inside ---

  #explainUnheard(): void {
    const { readers, coverage } = this.#options;
    const next = this.#unheard.next(this.#now(), readers.isConnected);
    if (next) coverage.explainUnheard(next.since, next.reason);
  }

  #now(): number {
    return this.#options.time.clock.monotonicMs();
  }

  #joined(join: ConfirmedJoin): RecordedChannel | undefined {
    const { login, roomId, at, reader } = join;
    const { coverage, log } = this.#options;
    const recorded = this.#channels.wanted(login);
    if (!recorded || recorded.channel.twitchId !== roomId && !this.#identify(join, recorded)) {
      return undefined;
    }
    coverage.started(recorded.channel.id, reader.name, at);
    log.info("joined #{channel}", { channel: login, reader: reader.name });
    return recorded;
  }

  /** Returns false if the login is only another name of a channel that is heard under its present name. */
  #identify(join: ConfirmedJoin, recorded: RecordedChannel): boolean {
    const result = this.#rooms.identify(join, recorded.channel);
    if (result.kind === "alias") this.#refuseAlias(join.login, result.presentLogin, result.isNew);
    else if (result.kind === "renamed") this.#renamed(result.channels, join);
    else if (result.kind === "identified") recorded.channel = result.channel;
    return result.kind !== "alias";
  }

  /** Logins lead to other channels now: each of those is joined again. */
  #renamed(channels: ReadonlyMap<string, Channel>, join: ConfirmedJoin): void {
    const { readers, coverage, comparison } = this.#options;
    for (const [login, recorded] of this.#channels) {
      const channel = channels.get(login);
      if (!channel || channel.id === recorded.channel.id) continue;
      coverage.left(recorded.channel.id, this.#now(), "not joined");
      comparison.forget(login);
      recorded.channel = channel;
      coverage.wanted(channel.id, this.#now());
      readers.rejoin(login, login === join.login ? join.reader : undefined);
    }
  }

  #refuseAlias(login: string, presentLogin: string, isNew: boolean): void {
    const reason = `this is #${presentLogin} on Twitch now`;
    this.#options.readers.refuse(login, reason);
    // Once, because the present login may have changed again. A rejoin costs the channel a moment of recording.
    if (isNew) this.#options.readers.rejoin(presentLogin);
    this.refused(login, reason);
  }
}
