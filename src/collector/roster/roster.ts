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
import { RateMeter } from "./rate_meter.ts";
import type { ChannelStatus, Rename } from "../recorder.ts";
import { type ConfirmedJoin, RoomIdentifier } from "./room_identifier.ts";
import type { TimeJudge } from "../time/judge.ts";

/** A recorded channel. Times are monotonic. */
export interface RosterEntry {
  channel: Channel;
  rate: RateMeter;
  /** While the channel is being left: when that began, or when its last line arrived. */
  leftAt?: number;
  /** When the channel was added again while it was being left. */
  wantedAt?: number;
}

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
  /** Channels to be recorded, by login. */
  readonly #entries = new Map<string, RosterEntry>();
  /** Channels that are being left: lines from before the PART are still read and stored. */
  readonly #leaving = new Map<string, RosterEntry>();
  #ending = false;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#rooms = new RoomIdentifier(options);
  }

  /** Ids of the channels to be recorded. */
  get channelIds(): number[] {
    return [...this.#entries.values()].map(({ channel }) => channel.id);
  }

  /** The channel if its lines are stored, which is also the case while it is being left. */
  recording(login: string): RosterEntry | undefined {
    return this.#entries.get(login) ?? this.#leaving.get(login);
  }

  /** Renames since the start, newest first. */
  get renames(): readonly Rename[] {
    return this.#rooms.renames;
  }

  add(channel: Channel): void {
    const { login } = channel;
    if (this.#entries.has(login)) return;
    const { readers, coverage } = this.#options;
    const entry = this.#leaving.get(login) ?? { channel, rate: new RateMeter() };
    entry.channel = channel;
    this.#leaving.delete(login);
    this.#entries.set(login, entry);
    if (entry.leftAt === undefined) coverage.wanted(channel.id, this.#now());
    else entry.wantedAt = this.#now();
    readers.join(login);
  }

  /**
   * Leaves a channel. Lines from before the PART are still read and stored, and coverage ends after the last one. With
   * `discard` they are not, and coverage ends now.
   */
  remove(login: string, { discard = false } = {}): void {
    const { readers, coverage, comparison } = this.#options;
    const entry = this.recording(login);
    if (!entry) return;
    this.#entries.delete(login);
    this.#leaving.delete(login);
    this.#rooms.forget(login);
    comparison.forget(login);
    readers.leave(login);
    entry.wantedAt = undefined;
    if (readers.isReading(login) && !discard) {
      entry.leftAt = this.#now();
      this.#leaving.set(login, entry);
    } else coverage.left(entry.channel.id, this.#now(), "disabled");
  }

  /** The program ends: from now on, channels are left for that reason. */
  ending(): void {
    this.#ending = true;
    for (const entry of this.#entries.values()) entry.leftAt = this.#now();
  }

  /** Identifies channels whose ids could not be stored at once. Call it several times a second. */
  tick(): void {
    for (let join = this.#rooms.takePending(); join; join = this.#rooms.takePending()) {
      if (this.#entries.has(join.login) && join.reader.hears(join.login)) this.#joined(join);
    }
  }

  /** Gives busy channels a connection of their own. @param now monotonic */
  isolateBusy(now: number): void {
    if (this.#ending) return;
    const { readers, busyPerMinute = BUSY_PER_MINUTE } = this.#options;
    for (const [login, { rate }] of this.#entries) {
      if (rate.perMinute(now) > busyPerMinute) readers.isolate(login);
    }
  }

  /** A line from before the PART was read. */
  read(entry: RosterEntry, at: number): void {
    if (entry.leftAt !== undefined) entry.leftAt = Math.max(entry.leftAt, at);
  }

  /**
   * Another archive file is in use now. It may not have the channels: then they are created.
   * @returns from a channel's id in the old file to its id in the new one
   */
  moveTo(writer: ArchiveWriter): Map<number, number> {
    const ids = new Map<number, number>();
    const moved = [...this.#entries, ...this.#leaving].map(([login, entry]) =>
      [entry, writer.createChannel(login, this.#options.time.now())] as const
    );
    for (const [entry, channel] of moved) {
      ids.set(entry.channel.id, channel.id);
      entry.channel = channel;
    }
    return ids;
  }

  /** @param now monotonic */
  status(now: number): ChannelStatus[] {
    const { time, readers, comparison } = this.#options;
    return [...this.#entries].map(([login, { channel, rate }]) =>
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
    const entry = this.#joined({ login, roomId, at, reader });
    if (entry) this.#options.joined(entry.channel);
  }

  lost(login: string, heardAt: number, reader: ConnectionGroup): void {
    const { coverage, comparison } = this.#options;
    comparison.forget(login);
    const entry = this.recording(login);
    if (entry) coverage.ended(entry.channel.id, reader.name, heardAt, "connection lost");
  }

  missed(login: string, from: number, to: number, reader: ConnectionGroup): void {
    const entry = this.recording(login);
    if (!entry) return;
    const { coverage } = this.#options;
    coverage.ended(entry.channel.id, reader.name, from, "connection lost");
    coverage.started(entry.channel.id, reader.name, Math.max(from + 1, to));
  }

  left(login: string, at: number, reader: ConnectionGroup): void {
    const { readers, coverage } = this.#options;
    const entry = this.recording(login);
    if (!entry || !this.#ending && reader.hears(login)) return;
    const reason = this.#ending ? "stopped" : entry.leftAt === undefined ? "not joined" : "disabled";
    coverage.ended(entry.channel.id, reader.name, entry.leftAt ?? at, reason);
    if (readers.isReading(login)) return;
    this.#leaving.delete(login);
    if (entry.wantedAt !== undefined) coverage.wanted(entry.channel.id, entry.wantedAt);
    entry.leftAt = entry.wantedAt = undefined;
  }

  refused(login: string, reason: string): void {
    const { coverage, log } = this.#options;
    const entry = this.#entries.get(login);
    if (entry) coverage.refused(entry.channel.id, this.#now());
    log.warn("#{channel} refused: {reason}", { channel: login, reason });
  }

  // --- inside ---

  #now(): number {
    return this.#options.time.clock.monotonicMs();
  }

  #joined(join: ConfirmedJoin): RosterEntry | undefined {
    const { login, roomId, at, reader } = join;
    const { coverage, log } = this.#options;
    const entry = this.#entries.get(login);
    if (!entry || entry.channel.twitchId !== roomId && !this.#identify(join, entry)) return undefined;
    coverage.started(entry.channel.id, reader.name, at);
    log.info("joined #{channel}", { channel: login, reader: reader.name });
    return entry;
  }

  /** Returns false if the login is only another name of a channel that is heard under its present name. */
  #identify(join: ConfirmedJoin, entry: RosterEntry): boolean {
    const result = this.#rooms.identify(join, entry.channel);
    if (result.kind === "alias") this.#refuseAlias(join.login, result.presentLogin, result.isNew);
    else if (result.kind === "renamed") this.#renamed(result.channels, join);
    else if (result.kind === "identified") entry.channel = result.channel;
    return result.kind !== "alias";
  }

  /** Logins lead to other channels now: each of those is joined again. */
  #renamed(channels: ReadonlyMap<string, Channel>, join: ConfirmedJoin): void {
    const { readers, coverage, comparison } = this.#options;
    for (const [login, entry] of this.#entries) {
      const channel = channels.get(login);
      if (!channel || channel.id === entry.channel.id) continue;
      coverage.left(entry.channel.id, this.#now(), "not joined");
      comparison.forget(login);
      entry.channel = channel;
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
