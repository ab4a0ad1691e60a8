/** Who watches which channel. Each commit is rendered once, however many watch. */
import type { Announcement, Recorder } from "../collector/recorder.ts";
import { type LiveBatch, Watcher } from "./watcher.ts";

export interface HubOptions {
  recorder: Pick<Recorder, "watch" | "unwatch">;
  /** Makes the rows of an announcement. */
  render: (announcement: Announcement) => string;
  /** Rows could not be made. Who watches is sent away, to come back to a page that says so; recording goes on. */
  onFault: (error: unknown) => void;
  quietMs?: number;
}

export interface Hub extends Disposable {
  /**
   * Resolves once every later commit of the channel will reach the watcher, so that what is read from the archive
   * after that leaves no gap. It ends with `signal`, when it falls too far behind, and with the hub.
   * Each item holds all that has gathered; an empty one says that nothing came for `quietMs` (15 s).
   */
  subscribe(channelId: number, signal: AbortSignal): Promise<AsyncIterable<LiveBatch[]>>;
  /** Told by the collector of what it has committed. */
  announce(announcement: Announcement): void;
  /** Ends every stream; pages come back and catch up. */
  dropAll(): void;
  /** How many pages are watching. */
  size(): number;
}

interface Room {
  watchers: Set<Watcher>;
  watched: Promise<void>;
}

export function createHub({ recorder, render, onFault, quietMs = 15_000 }: HubOptions): Hub {
  const rooms = new Map<number, Room>();
  let closed = false;

  function leave(channelId: number, room: Room, watcher: Watcher): void {
    watcher.end();
    room.watchers.delete(watcher);
    if (room.watchers.size > 0 || rooms.get(channelId) !== room) return;
    rooms.delete(channelId);
    recorder.unwatch(channelId);
  }

  function empty(channelId: number, room: Room): void {
    for (const watcher of room.watchers) leave(channelId, room, watcher);
  }

  function dropAll(): void {
    for (const [channelId, room] of rooms) empty(channelId, room);
  }

  function rendered(announcement: Announcement): LiveBatch | undefined {
    try {
      return {
        firstId: announcement.events[0]!.id,
        lastId: announcement.events.at(-1)!.id,
        rows: announcement.events.length,
        html: render(announcement),
      };
    } catch (error) {
      onFault(error);
    }
  }

  return {
    async subscribe(channelId, signal) {
      const watcher = new Watcher(quietMs);
      if (closed || signal.aborted) {
        watcher.end();
        return watcher;
      }
      let room = rooms.get(channelId);
      if (!room) {
        room = { watchers: new Set(), watched: recorder.watch(channelId) };
        rooms.set(channelId, room);
      }
      const joined = room;
      joined.watchers.add(watcher);
      signal.addEventListener("abort", () => leave(channelId, joined, watcher), { once: true });
      try {
        await joined.watched;
      } catch (error) {
        leave(channelId, joined, watcher);
        throw error;
      }
      return watcher;
    },

    announce(announcement) {
      const room = rooms.get(announcement.channelId);
      if (!room || announcement.events.length === 0) return;
      const batch = rendered(announcement);
      if (!batch) return empty(announcement.channelId, room);
      for (const watcher of room.watchers) {
        if (!watcher.offer(batch)) leave(announcement.channelId, room, watcher);
      }
    },

    size() {
      let watchers = 0;
      for (const room of rooms.values()) watchers += room.watchers.size;
      return watchers;
    },

    dropAll,

    [Symbol.dispose]() {
      closed = true;
      dropAll();
    },
  };
}
