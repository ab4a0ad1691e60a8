/** A recorder without Twitch: it writes events from a test to a real archive and announces them. */
import type { Change, ChangeOutcome } from "../../../src/archive/change.ts";
import type { Channel } from "../../../src/archive/channel.ts";
import type { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { OptOutList } from "../../../src/archive/access/opt_out.ts";
import { ALL_CHANNELS } from "../../../src/archive/writer.ts";
import type { FilledEvent, NewFill } from "../../../src/archive/coverage.ts";
import type { CollectorStatus, Recorder } from "../../../src/collector/recorder.ts";
import type { Listening } from "../../../src/chat/coverage.ts";
import type { ChatEvent, Received, StoredEvent } from "../../../src/chat/events.ts";

export class TestRecorder implements Recorder {
  readonly watched = new Set<number>();
  /** The stored events of all channels by ascending id, without fills. */
  readonly stored: StoredEvent[] = [];
  /** Overrides fields of `status`. */
  says: Partial<CollectorStatus> = {};
  onEvents: (events: StoredEvent[]) => void = () => {};

  constructor(readonly writer: SqliteWriter, readonly now: () => number = Date.now) {}

  addChannels(logins: string[]): Promise<Channel[]> {
    return Promise.resolve(logins.map((login) => {
      const channel = this.writer.createChannel(login, this.now());
      return this.writer.setEnabled(channel.id, true) ?? channel;
    }));
  }

  setEnabled(id: number, enabled: boolean): Promise<Channel | undefined> {
    return Promise.resolve(this.writer.setEnabled(id, enabled));
  }

  deleteChannel(id: number, withMessages: boolean): Promise<void> {
    this.writer.deleteChannel(id, withMessages);
    while (withMessages && this.writer.maintenance.deleteMessages(10_000));
    return Promise.resolve();
  }

  change(change: Change): Promise<ChangeOutcome> {
    return Promise.resolve(this.writer.change(change));
  }

  optOuts(): OptOutList {
    return new OptOutList(this.writer.applyOptOuts(true));
  }

  reloadOptOuts(): Promise<void> {
    return Promise.resolve();
  }

  watch(channelId: number): Promise<void> {
    this.watched.add(channelId);
    return Promise.resolve();
  }

  unwatch(channelId: number): void {
    this.watched.delete(channelId);
  }

  /** Commits events to a channel, and announces them if it is watched. */
  receive(channelId: number, events: ChatEvent[], at: number = this.now()): StoredEvent[] {
    const stored = this.store(channelId, events.map((event) => ({ event, receivedAt: at })));
    if (this.watched.has(channelId) || this.watched.has(ALL_CHANNELS)) this.onEvents(stored);
    return stored;
  }

  /** Commits events to a channel, each at its own time, without announcing them. */
  store(channelId: number, received: Received[]): StoredEvent[] {
    const stored = this.writer.append(received, new Set([channelId])).events;
    this.writer.flushCounters();
    this.stored.push(...stored);
    return stored;
  }

  /** Records the spans in which a channel was recorded. */
  listened(channelId: number, stretches: readonly Listening[]): void {
    const changes = stretches.flatMap(({ from, to, reason }) => [
      ...from === to ? [] : [{ kind: "started", channelId, at: from } as const],
      ...to === undefined ? [] : [{ kind: "ended", channelId, at: to, reason: reason! } as const],
    ]);
    this.writer.storeCoverage(changes, this.now());
  }

  fill(fill: NewFill, events: readonly FilledEvent[]): void {
    this.writer.fill(fill, events);
  }

  status(): CollectorStatus {
    const now = this.now();
    const channels = this.writer.channels();
    return {
      at: now,
      startedAt: now - 93_780_000,
      loginName: "anonymous",
      connections: [{
        id: 1,
        reader: "first",
        state: "open",
        since: now - 60_000,
        channels: channels.length,
      }],
      channels: channels.map(({ id, login, enabled }) => ({
        channelId: id,
        login,
        state: enabled ? "joined" : "disabled",
        since: now - 60_000,
        perMinute: enabled ? Math.round(40 / id) : 0,
      })),
      writer: {
        state: "ok",
        since: now - 60_000,
        queue: 0,
        queueBound: 10_000,
        overflowBytes: 0,
        overflowBound: 2 ** 30,
      },
      time: { wallMs: this.now(), judgedMs: this.now(), plausible: true, ahead: 0 },
      counts: {
        received: 0,
        stored: 0,
        duplicates: 0,
        rejected: 0,
        dropped: 0,
        late: 0,
        optedOut: 0,
        protocol: 0,
      },
      gaps: {
        "connection lost": 0,
        "not connected": 0,
        "not joined": 0,
        "disabled": 0,
        "stopped": 0,
        "killed": 0,
        "storage": 0,
      },
      sessions: { opened: 1, lost: 0, joinWaits: 0, loginWaits: 0 },
      rejectedSamples: [],
      renames: [],
      ...this.says,
    };
  }
}
