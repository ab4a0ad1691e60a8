/** Marks the emotes of other services in the texts of events, with the sets that were valid when they were received. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { receivedAt } from "../src/chat/ids.ts";
import type { DatedEmote } from "../src/chat/set_emotes.ts";
import type { Recorder } from "../src/collector/recorder.ts";
import { emoteFinder, type FindEmote, placedEmotes } from "../src/parts/set_emotes.ts";
import { changedEvents, changedReader, type ReaderChanges } from "../src/visibility/changed_reader.ts";

/** Channels whose sets are kept in memory: about 100 kB each. */
const MAX_CHANNELS = 200;

export interface EmoteMarks {
  /** An archive whose events are marked. */
  archive: ArchiveReader;
  /** The marked event of a live stream. If the sets of its channel are not in memory yet, its emotes stay words. */
  marked(event: StoredEvent): StoredEvent;
}

/** Keeps the sets of the channels that were shown last, and reads them again after a change. */
export function createEmoteMarks(archive: ArchiveReader, recorder: Pick<Recorder, "status">): EmoteMarks {
  /** By channel, the one that was used last at the end. */
  const finders = new Map<number, FindEmote>();
  const loading = new Map<number, Promise<void>>();
  let global: readonly DatedEmote[] | undefined;
  let changes = -1;

  async function load(channelId: number): Promise<void> {
    const isFirst = global === undefined;
    const [own, all] = isFirst
      ? await archive.batch(["setEmotes", channelId], ["setEmotes", undefined])
      : [await archive.setEmotes(channelId), global!];
    global ??= all;
    if (finders.size >= MAX_CHANNELS) finders.delete(finders.keys().next().value!);
    finders.set(channelId, emoteFinder(own, global));
  }

  function loaded(channelId: number): Promise<void> {
    const pending = loading.get(channelId) ?? load(channelId).finally(() => loading.delete(channelId));
    loading.set(channelId, pending);
    return pending;
  }

  function forgetOld(): void {
    const now = recorder.status().emotes?.changes ?? 0;
    if (now === changes) return;
    changes = now;
    finders.clear();
    global = undefined;
  }

  function marked(event: StoredEvent): StoredEvent {
    const find = finders.get(event.channelId);
    if (!find) {
      void loaded(event.channelId).catch(() => {/* the next page tries again */});
      return event;
    }
    const setEmotes = event.text === "" ? [] : placedEmotes(event.text, receivedAt(event.id), find);
    return setEmotes.length === 0 ? event : { ...event, setEmotes };
  }

  const marking: ReaderChanges = {
    async prepare(events) {
      forgetOld();
      const missing = new Set(events.map(({ channelId }) => channelId).filter((id) => !finders.has(id)));
      // A page without pictures is better than none.
      await Promise.allSettled([...missing].map(loaded));
    },
    answer: changedEvents(marked),
  };
  return {
    marked(event) {
      forgetOld();
      return marked(event);
    },
    archive: changedReader(archive, () => marking),
  };
}
