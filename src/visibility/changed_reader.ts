/** An archive that changes calls and their answers on the way: to hide messages, or to mark their texts. */
import type { ArchiveReader } from "../archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../archive/reader_batch.ts";
import type { TimelinePage } from "../archive/timeline.ts";
import type { StoredEvent } from "../chat/events.ts";

/** The methods of a reader whose first argument may have a search. */
export type QueryMethod = {
  [M in ReaderMethod]: Parameters<ArchiveReader[M]>[0] extends object
    ? "search" extends keyof Parameters<ArchiveReader[M]>[0] ? M : never
    : never;
}[ReaderMethod];

/** Changes of calls that are made together, and of their answers. */
export interface ReaderChanges {
  /** Returns the call to make instead. */
  call?: (call: BatchCall) => BatchCall;
  /** Called with the events of all answers, before {@link answer}. */
  prepare?: (events: readonly StoredEvent[]) => Promise<void>;
  /** Returns the answer for the caller of a call. If it throws, all calls reject with that error. */
  answer: (call: BatchCall, answer: unknown) => unknown;
}

/**
 * Returns the archive with the changes.
 * @param changes called before every call or batch; `undefined` changes nothing
 */
export function changedReader(
  archive: ArchiveReader,
  changes: () => ReaderChanges | undefined,
): ArchiveReader {
  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return async (...args: unknown[]) => {
        const now = changes();
        if (!now) return await value.apply(target, args);
        const { call: changed = (call: BatchCall) => call, prepare, answer } = now;
        const isBatch = name === "batch";
        const calls = (isBatch ? args : [[name, ...args]]) as BatchCall[];
        const made = calls.map(changed);
        const answers: unknown[] = isBatch
          ? await value.apply(target, made)
          : [await value.apply(target, made[0]!.slice(1))];
        await prepare?.(answers.flatMap((each, i) => eventsOf(calls[i]!, each)));
        const given = answers.map((each, i) => answer(calls[i]!, each));
        return isBatch ? given : given[0];
      };
    },
  });
}

/** The changed answer to a call whose answer has events. Other answers stay as they are. */
export function changedEvents(event: (event: StoredEvent) => StoredEvent): ReaderChanges["answer"] {
  return ([method], answer) => {
    if (method === "event") return answer && event(answer as StoredEvent);
    if (method !== "timeline") return answer;
    const page = answer as TimelinePage;
    return { ...page, events: page.events.map(event) };
  };
}

function eventsOf([method]: BatchCall, answer: unknown): readonly StoredEvent[] {
  if (method === "timeline") return (answer as TimelinePage).events;
  return method === "event" && answer ? [answer as StoredEvent] : [];
}
