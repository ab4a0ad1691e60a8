/** A recorder that records what it is told to, for tests of the pages. */
import type { Channel } from "../../src/archive/archive.ts";
import type { Retention } from "../../src/archive/maintenance.ts";
import type { Announcement, CollectorStatus, Recorder } from "../../src/collector/recorder.ts";
import type { ChatEvent, StoredEvent } from "../../src/chat/events.ts";
import { nextId } from "../../src/chat/ids.ts";
import type { MemoryArchive } from "./memory_archive.ts";

export class MemoryRecorder implements Recorder {
  readonly watched = new Set<number>();
  /** Set to change what `status` says. */
  says: Partial<CollectorStatus> = {};
  onEvents: (announcement: Announcement) => void = () => {};

  constructor(readonly archive: MemoryArchive, readonly now: () => number = Date.now) {}

  addChannels(logins: string[]): Promise<Channel[]> {
    return Promise.resolve(logins.map((login) => {
      const known = this.archive.list.find((channel) => channel.login === login);
      if (known) return Object.assign(known, { enabled: true });
      const channel: Channel = {
        id: this.archive.list.length + 1,
        login,
        enabled: true,
        deleting: false,
        hidden: false,
        createdAt: this.now(),
        messages: 0,
        earlierLogins: [],
      };
      this.archive.list.push(channel);
      return channel;
    }));
  }

  setEnabled(id: number, enabled: boolean): Promise<Channel | undefined> {
    const channel = this.archive.list.find((each) => each.id === id);
    if (channel) channel.enabled = enabled;
    return Promise.resolve(channel);
  }

  deleteChannel(id: number): Promise<void> {
    const index = this.archive.list.findIndex((each) => each.id === id);
    if (index >= 0) this.archive.list.splice(index, 1);
    return Promise.resolve();
  }

  setRetention(id: number, retention: Retention): Promise<void> {
    const channel = this.archive.list.find((each) => each.id === id);
    const isBound = retention.days !== undefined || retention.messages !== undefined;
    if (channel) channel.retention = isBound ? retention : undefined;
    return Promise.resolve();
  }

  watch(channelId: number): Promise<void> {
    this.watched.add(channelId);
    return Promise.resolve();
  }

  unwatch(channelId: number): void {
    this.watched.delete(channelId);
  }

  /** Commits events to a channel, and announces them where it is watched. */
  receive(channelId: number, events: ChatEvent[], at: number = this.now()): StoredEvent[] {
    const stored = events.map((event): StoredEvent => {
      const id = nextId(at, this.archive.events.at(-1)?.id ?? 0);
      const row = { ...event, id, channelId, userId: event.author?.userId };
      this.archive.events.push(row);
      return row;
    });
    if (this.watched.has(channelId)) this.onEvents({ channelId, events: stored });
    return stored;
  }

  status(): CollectorStatus {
    const now = this.now();
    return {
      at: now,
      startedAt: now - 93_780_000,
      loginName: "justinfan4711",
      connections: [{
        id: 1,
        reader: "first",
        state: "open",
        since: now - 60_000,
        channels: this.archive.list.length,
      }],
      channels: this.archive.list.map(({ id, login, enabled }) => ({
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
        spooledBytes: 0,
        spoolBound: 2 ** 30,
      },
      time: { wallMs: this.now(), judgedMs: this.now(), plausible: true, ahead: 0 },
      counts: { received: 0, stored: 0, duplicates: 0, rejected: 0, dropped: 0, late: 0, protocol: 0 },
      rejectedSamples: [],
      renames: [],
      ...this.says,
    };
  }
}
