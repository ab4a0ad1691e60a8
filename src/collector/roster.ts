/** Which channels are recorded, on which readers, and what coverage is told of it. */
import type { Channel } from "../archive/channel.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import type { CollectorLog } from "./collector_options.ts";
import type { ConnectionGroup } from "./connection/connection_group.ts";
import type { CoverageTracker } from "./coverage/tracker.ts";
import type { ReaderComparison } from "./reader_comparison.ts";
import { RateMeter } from "./rate_meter.ts";
import type { ChannelStatus, Rename } from "./recorder.ts";
import { Renames } from "./renames.ts";
import type { TimeJudge } from "./time/judge.ts";

/** A channel that is recorded. */
export interface Seat {
  channel: Channel;
  rate: RateMeter;
  /** While it is being left (monotonic): when that was asked for, or when the last line came that was said before. */
  leftAt?: number;
  /** When it was asked for anew meanwhile. */
  wantedAt?: number;
}

export interface RosterOptions {
  first: ConnectionGroup;
  second: ConnectionGroup;
  secondReader: "all" | readonly string[];
  listening: CoverageTracker;
  misses: ReaderComparison;
  time: TimeJudge;
  /** @throws AppError unavailable */
  writer: () => ArchiveWriter;
  log: CollectorLog;
}

/** Between two tries to tell the archive which room is which, while it cannot be written. */
const IDENTIFY_MS = 1_000;

export class Roster {
  readonly #options: RosterOptions;
  /** By login: what is to be recorded. */
  readonly #seats = new Map<string, Seat>();
  /** What is recorded no more, while what was said before is still read. */
  readonly #leaving = new Map<string, Seat>();
  readonly #renames = new Renames();
  /** Old names whose room answers to another name, which was asked for again since. */
  readonly #aliases = new Map<string, string>();
  /** Rooms that Twitch told of while the archive could not be written. */
  readonly #unidentified = new Map<string, { roomId: number; at: number; reader: ConnectionGroup }>();
  /** Not told to the archive before this (monotonic): a write that fails holds up everything here for half a second. */
  #identifyAt = -Infinity;
  #ending = false;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Those to be recorded, by login. */
  get seats(): ReadonlyMap<string, Seat> {
    return this.#seats;
  }

  /** Whose lines are stored: also while it is being left. */
  recording(login: string): Seat | undefined {
    return this.#seats.get(login) ?? this.#leaving.get(login);
  }

  get renames(): readonly Rename[] {
    return this.#renames.list;
  }

  add(channel: Channel): void {
    const { login } = channel;
    if (this.#seats.has(login)) return;
    const { first, second, secondReader, listening, time } = this.#options;
    const seat = this.#leaving.get(login) ?? { channel, rate: new RateMeter() };
    seat.channel = channel;
    this.#leaving.delete(login);
    this.#seats.set(login, seat);
    if (seat.leftAt === undefined) listening.wanted(channel.id, time.clock.monotonicMs());
    else seat.wantedAt = time.clock.monotonicMs();
    first.add(login);
    if (secondReader === "all" || secondReader.includes(login)) second.add(login);
  }

  /**
   * Leaves a channel. What was said in it before is still read and stored, and coverage ends when that is done, unless
   * `discard`: then nobody wants it.
   */
  remove(login: string, { discard = false } = {}): void {
    const { first, second, listening, misses, time } = this.#options;
    const seat = this.recording(login);
    if (!seat) return;
    this.#seats.delete(login);
    this.#leaving.delete(login);
    this.#unidentified.delete(login);
    misses.forget(login);
    first.remove(login);
    second.remove(login);
    const isReading = first.isReading(login) || second.isReading(login);
    seat.wantedAt = undefined;
    if (isReading && !discard) {
      seat.leftAt = time.clock.monotonicMs();
      this.#leaving.set(login, seat);
    } else listening.left(seat.channel.id, time.clock.monotonicMs(), "disabled");
  }

  /** From now on every channel is left because the program ends. */
  ending(): void {
    this.#ending = true;
    for (const seat of this.#seats.values()) seat.leftAt = this.#options.time.clock.monotonicMs();
  }

  /** @param at when Twitch confirmed it, monotonic */
  joined(login: string, roomId: number, at: number, reader: ConnectionGroup): Seat | undefined {
    const seat = this.#seats.get(login);
    if (!seat) return undefined;
    if (seat.channel.twitchId !== roomId && !this.#identify(login, seat, roomId, at, reader)) {
      return undefined;
    }
    this.#options.listening.started(seat.channel.id, reader.name, at);
    this.#options.log.info("joined #{channel}", { channel: login, reader: reader.name });
    return seat;
  }

  /** Several times a second: tells the archive which room is which, where it could not be told at once. */
  tick(): void {
    for (const [login, { roomId, at, reader }] of [...this.#unidentified]) {
      if (this.#options.time.clock.monotonicMs() < this.#identifyAt) return;
      const seat = this.#seats.get(login);
      this.#unidentified.delete(login);
      if (seat && reader.hears(login)) this.joined(login, roomId, at, reader);
    }
  }

  lost(login: string, heardAt: number, reader: ConnectionGroup): void {
    const { listening, misses } = this.#options;
    misses.forget(login);
    const seat = this.recording(login);
    if (seat) listening.ended(seat.channel.id, reader.name, heardAt, "connection lost");
  }

  missed(login: string, from: number, to: number, reader: ConnectionGroup): void {
    const seat = this.recording(login);
    if (!seat) return;
    const { listening } = this.#options;
    listening.ended(seat.channel.id, reader.name, from, "connection lost");
    listening.started(seat.channel.id, reader.name, Math.max(from + 1, to));
  }

  /** A line was read that was said before its channel was left. */
  read(seat: Seat, at: number): void {
    if (seat.leftAt !== undefined) seat.leftAt = Math.max(seat.leftAt, at);
  }

  left(login: string, at: number, reader: ConnectionGroup): void {
    const { first, second, listening } = this.#options;
    const seat = this.recording(login);
    if (!seat || !this.#ending && reader.hears(login)) return;
    const reason = this.#ending ? "stopped" : seat.leftAt === undefined ? "not joined" : "disabled";
    listening.ended(seat.channel.id, reader.name, seat.leftAt ?? at, reason);
    if (first.isReading(login) || second.isReading(login)) return;
    this.#leaving.delete(login);
    if (seat.wantedAt !== undefined) listening.wanted(seat.channel.id, seat.wantedAt);
    seat.leftAt = seat.wantedAt = undefined;
  }

  refused(login: string): void {
    const seat = this.#seats.get(login);
    if (seat) this.#options.listening.refused(seat.channel.id, this.#options.time.clock.monotonicMs());
  }

  /**
   * Another file is written, which may not know the channels: they are made there.
   * @returns from each channel's number in the old file to that in the new one
   */
  moveTo(writer: ArchiveWriter): Map<number, number> {
    const ids = new Map<number, number>();
    const made = [...this.#seats, ...this.#leaving].map(([login, seat]) =>
      [seat, writer.createChannel(login, this.#options.time.now())] as const
    );
    for (const [seat, channel] of made) {
      ids.set(seat.channel.id, channel.id);
      seat.channel = channel;
    }
    return ids;
  }

  status(now: number): ChannelStatus[] {
    return [...this.#seats].map(([login, seat]) => this.#channelStatus(login, seat, now));
  }

  #channelStatus(login: string, { channel, rate }: Seat, now: number): ChannelStatus {
    const { time } = this.#options;
    const first = this.#options.first.membership(login)!;
    const second = this.#options.second.membership(login);
    const missed = this.#options.misses.of(login);
    return {
      channelId: channel.id,
      login,
      state: first.state,
      since: time.epochOf(first.since),
      reason: first.reason,
      nextTryAt: first.state === "refused" ? time.epochOf(first.nextTryAt) : undefined,
      perMinute: rate.perMinute(now),
      second: second && { state: second.state, missedByFirst: missed.first, missedBySecond: missed.second },
    };
  }

  /**
   * Learns the channel's id. Where Twitch knows that id under another login of ours, the channel was renamed, and both names
   * are asked for anew: the other one may be somebody else's now. False where the name leads to a channel that is recorded
   * already, under a name that it still has.
   */
  #identify(login: string, seat: Seat, roomId: number, at: number, reader: ConnectionGroup): boolean {
    const { log, time, writer } = this.#options;
    const present = this.#renames.aliasOf(login, roomId);
    if (present !== undefined && reader.hears(present)) {
      this.#refuseAlias(login, present);
      return false;
    }
    if (time.clock.monotonicMs() < this.#identifyAt) {
      this.#unidentified.set(login, { roomId, at, reader });
      return true;
    }
    try {
      const before = seat.channel;
      const channel = writer().identifyChannel(login, roomId, time.now());
      if (channel.id === before.id) seat.channel = channel;
      else this.#renamed(login, channel, reader);
    } catch (error) {
      // The archive is in trouble, which is reported where it arose.
      this.#unidentified.set(login, { roomId, at, reader });
      this.#identifyAt = time.clock.monotonicMs() + IDENTIFY_MS;
      log.warn("could not note the id of #{channel}: {error}", { channel: login, error });
    }
    return true;
  }

  /** Names lead to other rooms now: every name whose row is another one begins anew. */
  #renamed(login: string, channel: Channel, reader: ConnectionGroup): void {
    const { first, second, listening, misses, time, writer, log } = this.#options;
    const rename = this.#renames.add(login, channel, time.now());
    this.#aliases.clear();
    log.warn("#{from} is called #{to} on Twitch now", { ...rename });
    const channels = new Map(writer().channels().map((each) => [each.login, each]));
    for (const [each, seat] of this.#seats) {
      const its = channels.get(each);
      if (!its || its.id === seat.channel.id) continue;
      listening.left(seat.channel.id, time.clock.monotonicMs(), "not joined");
      misses.forget(each);
      seat.channel = its;
      listening.wanted(its.id, time.clock.monotonicMs());
      for (const other of [first, second]) {
        if (other.hears(each) && !(each === login && other === reader)) other.rejoin(each);
      }
    }
  }

  #refuseAlias(login: string, present: string): void {
    const { first, second, log } = this.#options;
    const reason = `this is #${present} on Twitch now`;
    for (const reader of [first, second]) reader.refuse(login, reason);
    // Once, to find out whether that changed. Every rejoin costs the channel a moment that is not recorded.
    if (this.#aliases.get(login) !== present) {
      this.#aliases.set(login, present);
      for (const reader of [first, second]) if (reader.hears(present)) reader.rejoin(present);
    }
    this.refused(login);
    log.warn("#{channel} refused: {reason}", { channel: login, reason });
  }
}
