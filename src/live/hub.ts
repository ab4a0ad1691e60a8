/** The live hub: sends committed events to the watchers of their channel. Renders each event once. */
import { setTimeout } from "node:timers/promises";
import type { StoredEvent } from "../chat/events.ts";
import type { Announcement, Recorder } from "../collector/recorder.ts";
import { type LiveBatch, Watcher } from "./watcher.ts";

export interface HubOptions {
  recorder: Pick<Recorder, "watch" | "unwatch">;
  /** Renders committed events to the bytes that every watcher gets. */
  render: (announcement: Announcement) => Uint8Array<ArrayBuffer>;
  /**
   * Called if `render` throws. Disconnects the watchers; their pages report it. Recording continues.
   */
  onFault: (error: unknown) => void;
  /** Sent after `heartbeatMs` without events, so that proxies do not close the stream. */
  heartbeat: Uint8Array<ArrayBuffer>;
  /** Sent when recording of the channel resumes after a gap. */
  joinedEvent: Uint8Array<ArrayBuffer>;
  heartbeatMs?: number;
}

export interface Hub extends Disposable {
  /**
   * Resolves once every later commit of the channel will reach the watcher, so that reading the archive
   * afterwards leaves no gap. The stream ends when the page disconnects, when it falls too far behind, or
   * with the hub.
   * @throws errors of `recorder.watch`
   */
  subscribe(channelId: number): Promise<Watcher>;
  /** Passes on events that were committed. */
  announce(announcement: Announcement): void;
  /** Tells the watchers that the channel was joined (again), so that they can request the gap before. */
  joined(channelId: number): void;
  /** Ends every stream. Pages connect again and catch up. */
  dropAll(): void;
  /** Number of watchers. */
  size(): number;
  counts: Readonly<LiveCounts>;
}

/** Counters since the start. */
export interface LiveCounts {
  /** Rendered events. */
  rendered: number;
  /** Events sent, counted for each watcher. */
  sent: number;
  /** Watchers disconnected because they did not keep up. */
  dropped: number;
}

/** Watchers served in one turn of the event loop: about 3 ms. */
const WATCHERS_PER_TURN = 200;

/** Rows rendered in one turn: about 8 ms. */
const ROWS_PER_TURN = 250;

/**
 * Pause after serving a channel; events that arrive meanwhile are sent together. The pause is as long as
 * serving took, so that a channel with many watchers leaves half of the thread to pages. Minimum: a browser
 * cannot lay out and paint 50 times a second. Maximum: a delay that nobody notices.
 */
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 100;

interface WatchedChannel {
  watchers: Set<Watcher>;
  /** Id of the last announced event. */
  lastId: number;
  /** Resolves when the recorder announces the commits of the channel. */
  subscribed: Promise<void>;
  /**
   * Committed events that are not rendered yet. Events that arrive while watchers are served are sent
   * together.
   */
  waiting: StoredEvent[];
  isServing: boolean;
  /** Whether no event arrived since the last heartbeat. */
  isQuiet: boolean;
}

export function createHub(
  { recorder, render, onFault, heartbeat, joinedEvent, heartbeatMs = 15_000 }: HubOptions,
): Hub {
  const channels = new Map<number, WatchedChannel>();
  const counts: LiveCounts = { rendered: 0, sent: 0, dropped: 0 };
  const heartbeats = setInterval(sendHeartbeats, heartbeatMs);
  let isClosed = false;

  function sendHeartbeats(): void {
    for (const channel of channels.values()) {
      if (channel.isQuiet) { for (const watcher of channel.watchers) watcher.send(heartbeat); }
      channel.isQuiet = true;
    }
  }

  function leave(channelId: number, channel: WatchedChannel, watcher: Watcher): void {
    channel.watchers.delete(watcher);
    if (channel.watchers.size > 0 || channels.get(channelId) !== channel) return;
    channels.delete(channelId);
    recorder.unwatch(channelId);
  }

  function dropAll(): void {
    for (const channel of channels.values()) endStreams(channel);
  }

  function endStreams(channel: WatchedChannel): void {
    for (const watcher of channel.watchers) watcher.end();
  }

  /**
   * Sends the waiting events to the watchers, at once if the channel was quiet. Many watchers take several
   * turns.
   */
  async function serve(channelId: number, channel: WatchedChannel): Promise<void> {
    if (channel.isServing) return;
    channel.isServing = true;
    while (channel.waiting.length > 0 && channel.watchers.size > 0) {
      const batch = renderBatch({ channelId, events: channel.waiting.splice(0, ROWS_PER_TURN) });
      if (!batch) {
        endStreams(channel);
        break;
      }
      const startedAt = performance.now();
      await send(batch, channel.watchers);
      const tookMs = performance.now() - startedAt;
      if (channel.waiting.length >= ROWS_PER_TURN) await setTimeout(0);
      else await setTimeout(Math.min(Math.max(tookMs, MIN_PAUSE_MS), MAX_PAUSE_MS));
    }
    channel.isServing = false;
  }

  async function send(batch: LiveBatch, watchers: Set<Watcher>): Promise<void> {
    let served = 0;
    for (const watcher of watchers) {
      if (served > 0 && served % WATCHERS_PER_TURN === 0) await setTimeout(0);
      served++;
      if (watcher.offer(batch)) counts.sent += batch.rows;
      else counts.dropped++;
    }
  }

  function renderBatch(announcement: Announcement): LiveBatch | undefined {
    const { events } = announcement;
    try {
      const bytes = render(announcement);
      counts.rendered += events.length;
      return {
        firstId: events[0]!.id,
        lastId: events.at(-1)!.id,
        rows: events.length,
        bytes,
        after: (id) => render({ ...announcement, events: events.filter((event) => event.id > id) }),
      };
    } catch (error) {
      onFault(error);
    }
  }

  return {
    async subscribe(channelId) {
      let channel = channels.get(channelId);
      if (!channel) {
        channel = {
          watchers: new Set(),
          lastId: 0,
          subscribed: recorder.watch(channelId),
          waiting: [],
          isServing: false,
          isQuiet: true,
        };
        channels.set(channelId, channel);
      }
      const joined = channel;
      const watcher = new Watcher(() => leave(channelId, joined, watcher));
      joined.watchers.add(watcher);
      if (isClosed) watcher.end();
      try {
        await joined.subscribed;
      } catch (error) {
        watcher.end();
        throw error;
      }
      return watcher;
    },

    announce({ channelId, events }) {
      const channel = channels.get(channelId);
      if (!channel) return;
      channel.isQuiet = false;
      // The time was corrected: rows on the pages are later than new ones. The pages connect again and
      // reload.
      if (events[0]!.id <= channel.lastId) endStreams(channel);
      channel.lastId = events.at(-1)!.id;
      channel.waiting.push(...events);
      void serve(channelId, channel);
    },

    joined(channelId) {
      for (const watcher of channels.get(channelId)?.watchers ?? []) watcher.send(joinedEvent);
    },

    size() {
      let watchers = 0;
      for (const channel of channels.values()) watchers += channel.watchers.size;
      return watchers;
    },

    dropAll,
    counts,

    [Symbol.dispose]() {
      isClosed = true;
      clearInterval(heartbeats);
      dropAll();
    },
  };
}
