/** Who watches which channel. Each commit is rendered once, however many watch. */
import { setTimeout } from "node:timers/promises";
import type { StoredEvent } from "../chat/events.ts";
import type { Announcement, Recorder } from "../collector/recorder.ts";
import { type LiveBatch, Watcher } from "./watcher.ts";

export interface HubOptions {
  recorder: Pick<Recorder, "watch" | "unwatch">;
  /** Makes what goes to everybody who watches, out of what was committed. */
  render: (announcement: Announcement) => Uint8Array<ArrayBuffer>;
  /** Rows could not be made. Who watches is sent away, to come back to a page that says so; recording goes on. */
  onFault: (error: unknown) => void;
  /** What is sent where nothing came for a while, so that nobody between takes the stream for dead. */
  beat: Uint8Array<ArrayBuffer>;
  /** What is sent when the channel is listened to again after a gap. */
  joinedEvent: Uint8Array<ArrayBuffer>;
  quietMs?: number;
}

export interface Hub extends Disposable {
  /**
   * Resolves once every later commit of the channel will reach the watcher, so that what is read from the archive
   * after that leaves no gap. The stream ends when the page leaves, when it falls too far behind, and with the hub.
   * @throws what watching the channel throws
   */
  subscribe(channelId: number): Promise<Watcher>;
  /** Told by the collector of what it has committed. */
  announce(announcement: Announcement): void;
  /** The channel is listened to (again): pages may ask for the gap before. */
  joined(channelId: number): void;
  /** Ends every stream; pages come back and catch up. */
  dropAll(): void;
  /** How many pages are watching. */
  size(): number;
  counts: Readonly<LiveCounts>;
}

/** Since the start. */
export interface LiveCounts {
  /** Events that were rendered, each once. */
  rendered: number;
  /** Events handed to watchers, once for each of them. */
  sent: number;
  /** Watchers that did not keep up. */
  dropped: number;
}

/** Watchers that are served in one go; then whoever else waits for the thread has a turn. Some 3 ms. */
const SERVED_AT_ONCE = 200;

/** Rows that are rendered in one go: some 8 ms. */
const ROWS_AT_ONCE = 250;
/**
 * After serving it rests, and what comes meanwhile goes out together. At least for so long: each time, a browser lays
 * out and paints anew, and that fifty times a second is too often for it. Where serving takes long, since so many watch,
 * it rests as long again, so that a crowd in one channel leaves pages their part of the thread; but not for longer than
 * anybody would notice.
 */
const MIN_REST_MS = 50;
const LONGEST_REST_MS = 100;

interface Room {
  watchers: Set<Watcher>;
  /** Of the last event that was announced. */
  lastId: number;
  watched: Promise<void>;
  /** What was committed and is yet to be rendered: what comes while the watchers are served goes out together. */
  waiting: StoredEvent[];
  serving: boolean;
  /** Nothing came since the last look. */
  quiet: boolean;
}

export function createHub(
  { recorder, render, onFault, beat, joinedEvent, quietMs = 15_000 }: HubOptions,
): Hub {
  const rooms = new Map<number, Room>();
  const counts: LiveCounts = { rendered: 0, sent: 0, dropped: 0 };
  const beats = setInterval(sendBeats, quietMs);
  let closed = false;

  function sendBeats(): void {
    for (const room of rooms.values()) {
      if (room.quiet) { for (const watcher of room.watchers) watcher.send(beat); }
      room.quiet = true;
    }
  }

  function leave(channelId: number, room: Room, watcher: Watcher): void {
    room.watchers.delete(watcher);
    if (room.watchers.size > 0 || rooms.get(channelId) !== room) return;
    rooms.delete(channelId);
    recorder.unwatch(channelId);
  }

  function dropAll(): void {
    for (const room of rooms.values()) empty(room);
  }

  function empty(room: Room): void {
    for (const watcher of room.watchers) watcher.end();
  }

  /** Serves the watchers with all that waits: at once where it is quiet. With many of them it takes several turns. */
  async function serve(channelId: number, room: Room): Promise<void> {
    if (room.serving) return;
    room.serving = true;
    while (room.waiting.length > 0 && room.watchers.size > 0) {
      const batch = rendered({ channelId, events: room.waiting.splice(0, ROWS_AT_ONCE) });
      if (!batch) {
        empty(room);
        break;
      }
      const startedAt = performance.now();
      await handOut(batch, room.watchers);
      const tookMs = performance.now() - startedAt;
      if (room.waiting.length >= ROWS_AT_ONCE) await setTimeout(0);
      else await setTimeout(Math.min(Math.max(tookMs, MIN_REST_MS), LONGEST_REST_MS));
    }
    room.serving = false;
  }

  async function handOut(batch: LiveBatch, watchers: Set<Watcher>): Promise<void> {
    let served = 0;
    for (const watcher of watchers) {
      if (served > 0 && served % SERVED_AT_ONCE === 0) await setTimeout(0);
      served++;
      if (watcher.offer(batch)) counts.sent += batch.rows;
      else counts.dropped++;
    }
  }

  function rendered(announcement: Announcement): LiveBatch | undefined {
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
      let room = rooms.get(channelId);
      if (!room) {
        room = {
          watchers: new Set(),
          lastId: 0,
          watched: recorder.watch(channelId),
          waiting: [],
          serving: false,
          quiet: true,
        };
        rooms.set(channelId, room);
      }
      const joined = room;
      const watcher = new Watcher(() => leave(channelId, joined, watcher));
      joined.watchers.add(watcher);
      if (closed) watcher.end();
      try {
        await joined.watched;
      } catch (error) {
        watcher.end();
        throw error;
      }
      return watcher;
    },

    announce({ channelId, events }) {
      const room = rooms.get(channelId);
      if (!room) return;
      room.quiet = false;
      // The time was put right: what pages have lies ahead of what comes. They come back, and begin anew.
      if (events[0]!.id <= room.lastId) empty(room);
      room.lastId = events.at(-1)!.id;
      room.waiting.push(...events);
      void serve(channelId, room);
    },

    joined(channelId) {
      for (const watcher of rooms.get(channelId)?.watchers ?? []) watcher.send(joinedEvent);
    },

    size() {
      let watchers = 0;
      for (const room of rooms.values()) watchers += room.watchers.size;
      return watchers;
    },

    dropAll,
    counts,

    [Symbol.dispose]() {
      closed = true;
      clearInterval(beats);
      dropAll();
    },
  };
}
