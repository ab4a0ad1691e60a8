/** Hides the text of removed messages from those whom `SHOW_DELETED` excludes: in rows, cards, files and feeds alike. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../src/archive/reader_batch.ts";
import type { CountQuery, TimelinePage } from "../src/archive/timeline.ts";
import type { LogQuery } from "../src/archive/log.ts";
import type { StoredEvent } from "../src/chat/events.ts";
import { withoutRemovedText } from "../src/chat/removed_text.ts";
import { allOf, type Condition } from "../src/search/condition.ts";

/** Who may read what moderators removed. */
export const DELETED_READERS = ["everyone", "managers", "nobody"] as const;
export type DeletedReaders = typeof DELETED_READERS[number];

/**
 * An archive that hides removed texts while `mayRead` is false. Searches by words, which would tell the text by whether it is
 * found, do not find removed messages then.
 */
export function hidingRemoved(archive: ArchiveReader, mayRead: () => boolean): ArchiveReader {
  function narrowed(call: BatchCall): BatchCall {
    const [method, ...args] = call as unknown as [ReaderMethod, ...unknown[]];
    if (!QUERIES.has(method)) return call;
    const query = args[0] as CountQuery | LogQuery;
    const isTold = query.search !== undefined && tellsText(query.search);
    return [method, {
      ...query,
      ...isTold && { search: allOf([query.search!, NOT_REMOVED]) },
      // A log is written by the archive, other texts are hidden in its answers.
      ...method === "log" && { hidesRemoved: true },
    }, ...args.slice(1)] as unknown as BatchCall;
  }

  function hidden(method: ReaderMethod, answer: unknown): unknown {
    if (method === "event") return answer && withoutRemovedText(answer as StoredEvent);
    if (method !== "timeline") return answer;
    const page = answer as TimelinePage;
    return { ...page, events: page.events.map(withoutRemovedText) };
  }

  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return async (...args: unknown[]) => {
        if (mayRead()) return await value.apply(target, args);
        if (name !== "batch") {
          const call = [name, ...args] as unknown as BatchCall;
          const [, ...own] = narrowed(call) as unknown as unknown[];
          return hidden(name as ReaderMethod, await value.apply(target, own));
        }
        const calls = args as unknown as BatchCall[];
        const answers = await value.apply(target, calls.map(narrowed)) as unknown[];
        return answers.map((answer, i) => hidden(calls[i]![0] as ReaderMethod, answer));
      };
    },
  });
}

const QUERIES: ReadonlySet<ReaderMethod> = new Set(["timeline", "log", "histogram", "facets", "topics"]);
const NOT_REMOVED: Condition = { is: "not", of: { is: "fact", fact: "deleted" } };

/** Whether the condition depends on what a message says. */
function tellsText(condition: Condition): boolean {
  switch (condition.is) {
    case "all":
    case "any":
      return condition.of.some(tellsText);
    case "not":
      return tellsText(condition.of);
    case "text":
    case "regex":
    case "emote":
    case "mention":
    case "has":
      return true;
  }
  return false;
}
