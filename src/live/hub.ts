/**
 * The live hub: sends committed events to the watchers of their topic, which is a channel or a search. Renders each event
 * once for all watchers of a topic.
 */
import { setTimeout } from "node:timers/promises";
import { ALL_CHANNELS } from "../archive/writer.ts";
import type { StoredEvent } from "../chat/events.ts";
import type { Recorder } from "../collector/recorder.ts";
import { Subject } from "../search/evaluate.ts";
import { type Notes, notesOn } from "./notes.ts";
import type { LiveCounts, Topic } from "./topic.ts";
import { type LiveBatch, Watcher } from "./watcher.ts";

export interface HubOptions {
  recorder: Pick<Recorder, "watch" | "unwatch">;
  /**
   * Called if a topic cannot match or render events. Disconnects its watchers; their pages report it. Recording continues.
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
   * Resolves once every later commit of the topic will reach the watcher, so that reading the archive
   * afterwards leaves no gap. The stream ends when the page disconnects, when it falls too far behind, or
   * with the hub.
   * @param notes the notes that this watcher gets
   * @throws errors of `recorder.watch`
   */
  subscribe(topic: Topic, notes?: Notes): Promise<Watcher>;
  /** Passes on events that were committed, by ascending id. */
  announce(events: readonly StoredEvent[]): void;
  /** Tells the watchers that the channel was joined (again), so that they can request the gap before. */
  joined(channelId: number): void;
  /** Ends every stream. Pages connect again and catch up. */
  dropAll(): void;
  /** Number of watchers. */
  size(): number;
  counts: Readonly<LiveCounts>;
}

/** Watchers served in one turn of the event loop: about 3 ms. */
const WATCHERS_PER_TURN = 200;

/** Rows rendered in one turn: about 8 ms. */
const ROWS_PER_TURN = 250;

/**
 * Pause after serving a topic; events that arrive meanwhile are sent together. The pause is as long as
 * serving took, so that a channel with many watchers leaves half of the thread to pages. Minimum: a browser
 * cannot lay out and paint 50 times a second. Maximum: a delay that nobody notices.
 */
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 100;

interface WatchedTopic extends Topic {
  watchers: Set<Watcher>;
  /** Id of the last event. */
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
  { recorder, onFault, heartbeat, joinedEvent, heartbeatMs = 15_000 }: HubOptions,
): Hub {
  const topics = new Map<string, WatchedTopic>();
  /** The subscriptions to the recorder by channel, and how many topics need each. */
  const channels = new Map<number, { subscribed: Promise<void>; topics: number }>();
  const counts: LiveCounts = { rendered: 0, sent: 0, dropped: 0 };
  const heartbeats = setInterval(sendHeartbeats, heartbeatMs);
  let isClosed = false;

  function sendHeartbeats(): void {
    for (const topic of topics.values()) {
      if (topic.isQuiet) { for (const watcher of topic.watchers) watcher.send(heartbeat); }
      topic.isQuiet = true;
    }
  }

  function open(topic: Topic): WatchedTopic {
    const channel = channels.get(topic.channelId) ??
      { subscribed: recorder.watch(topic.channelId), topics: 0 };
    channels.set(topic.channelId, channel);
    channel.topics++;
    const opened: WatchedTopic = {
      ...topic,
      watchers: new Set(),
      lastId: 0,
      subscribed: channel.subscribed,
      waiting: [],
      isServing: false,
      isQuiet: true,
    };
    topics.set(topic.key, opened);
    return opened;
  }

  function leave(topic: WatchedTopic, watcher: Watcher): void {
    topic.watchers.delete(watcher);
    if (topic.watchers.size > 0 || topics.get(topic.key) !== topic) return;
    topics.delete(topic.key);
    const channel = channels.get(topic.channelId)!;
    if (--channel.topics > 0) return;
    channels.delete(topic.channelId);
    recorder.unwatch(topic.channelId);
  }

  function dropAll(): void {
    for (const topic of topics.values()) endStreams(topic);
  }

  function endStreams(topic: WatchedTopic): void {
    for (const watcher of topic.watchers) watcher.end();
  }

  function offer(topic: WatchedTopic, events: readonly StoredEvent[]): void {
    if (events.length === 0) return;
    topic.isQuiet = false;
    // The time was corrected: rows on the pages are later than new ones. The pages connect again and reload.
    if (events[0]!.id <= topic.lastId) endStreams(topic);
    topic.lastId = events.at(-1)!.id;
    topic.waiting.push(...events);
    void serve(topic);
  }

  /** The events of a topic; ends its streams if it cannot decide about one. */
  function accepted(topic: WatchedTopic, subjects: readonly Subject[]): StoredEvent[] {
    const { channelId, accepts } = topic;
    try {
      return subjects.filter((subject) =>
        (channelId === ALL_CHANNELS || channelId === subject.event!.channelId) &&
        (!accepts || accepts(subject))
      ).map(({ event }) => event!);
    } catch (error) {
      onFault(error);
      endStreams(topic);
      return [];
    }
  }

  /**
   * Sends the waiting events to the watchers, at once if the topic was quiet. Many watchers take several
   * turns.
   */
  async function serve(topic: WatchedTopic): Promise<void> {
    if (topic.isServing) return;
    topic.isServing = true;
    while (topic.waiting.length > 0 && topic.watchers.size > 0) {
      const batch = renderBatch(topic, topic.waiting.splice(0, ROWS_PER_TURN));
      if (!batch) {
        endStreams(topic);
        break;
      }
      const startedAt = performance.now();
      await send(batch, topic.watchers);
      const tookMs = performance.now() - startedAt;
      if (topic.waiting.length >= ROWS_PER_TURN) await setTimeout(0);
      else await setTimeout(Math.min(Math.max(tookMs, MIN_PAUSE_MS), MAX_PAUSE_MS));
    }
    topic.isServing = false;
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

  function renderBatch({ render }: Topic, events: readonly StoredEvent[]): LiveBatch | undefined {
    try {
      const bytes = render(events);
      counts.rendered += events.length;
      return {
        firstId: events[0]!.id,
        lastId: events.at(-1)!.id,
        rows: events.length,
        bytes,
        after: (id) => render(events.filter((event) => event.id > id)),
        notes: notesOn(events, onFault),
      };
    } catch (error) {
      onFault(error);
    }
  }

  return {
    async subscribe(wanted, notes) {
      const topic = topics.get(wanted.key) ?? open(wanted);
      const watcher = new Watcher(() => leave(topic, watcher), { notes, lagging: topic.lagging });
      topic.watchers.add(watcher);
      if (isClosed) watcher.end();
      try {
        await topic.subscribed;
      } catch (error) {
        watcher.end();
        throw error;
      }
      return watcher;
    },

    announce(events) {
      if (topics.size === 0) return;
      const subjects = events.map((event) => new Subject(event));
      for (const topic of topics.values()) offer(topic, accepted(topic, subjects));
    },

    joined(channelId) {
      for (const topic of topics.values()) {
        if (topic.channelId !== channelId) continue;
        for (const watcher of topic.watchers) watcher.send(joinedEvent);
      }
    },

    size() {
      let watchers = 0;
      for (const topic of topics.values()) watchers += topic.watchers.size;
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
