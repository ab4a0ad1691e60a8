/** An archive that changes calls and the events of their answers on the way. */
import type { StoredEvent } from "../chat/events.ts";
import type { ArchiveReader } from "./reader.ts";
import type { BatchCall, ReaderMethod } from "./reader_batch.ts";
import type { TimelinePage } from "./timeline.ts";

/** What to change. */
export interface ReaderChanges {
  /** Whether anything is changed now. Asked once for each call. */
  isNeeded: () => boolean;
  /** The call to make instead. */
  call?: (call: BatchCall) => BatchCall;
  /** Called with all events of an answer before {@link event}. */
  prepare?: (events: readonly StoredEvent[]) => Promise<void>;
  /** The event to answer with. */
  event: (event: StoredEvent) => StoredEvent;
}

/** Returns the archive with the changes. */
export function changedReader(archive: ArchiveReader, changes: ReaderChanges): ArchiveReader {
  const { isNeeded, call: changedCall = (call) => call, prepare, event } = changes;

  function changed(method: ReaderMethod, answer: unknown): unknown {
    if (method === "event") return answer && event(answer as StoredEvent);
    if (method !== "timeline") return answer;
    const page = answer as TimelinePage;
    return { ...page, events: page.events.map(event) };
  }

  async function answered(calls: readonly BatchCall[], answers: unknown[]): Promise<unknown[]> {
    await prepare?.(calls.flatMap(([method], i) => eventsOf(method, answers[i])));
    return answers.map((answer, i) => changed(calls[i]![0], answer));
  }

  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return async (...args: unknown[]) => {
        if (!isNeeded()) return await value.apply(target, args);
        if (name === "batch") {
          const calls = args as unknown as BatchCall[];
          return await answered(calls, await value.apply(target, calls.map(changedCall)));
        }
        const call = [name, ...args] as unknown as BatchCall;
        const [, ...own] = changedCall(call) as unknown as unknown[];
        return (await answered([call], [await value.apply(target, own)]))[0];
      };
    },
  });
}

function eventsOf(method: ReaderMethod, answer: unknown): readonly StoredEvent[] {
  if (method === "timeline") return (answer as TimelinePage).events;
  return method === "event" && answer ? [answer as StoredEvent] : [];
}
