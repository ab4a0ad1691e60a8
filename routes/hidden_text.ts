/** Hides the text of removed messages from those whom `SHOW_DELETED` excludes: in rows, cards, files and feeds alike. */
import type { ArchiveReader } from "../src/archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../src/archive/reader_batch.ts";
import { changedReader } from "../src/archive/changed_reader.ts";
import type { CountQuery } from "../src/archive/timeline.ts";
import type { LogQuery } from "../src/archive/log.ts";
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
  return changedReader(archive, { isNeeded: () => !mayRead(), call: narrowed, event: withoutRemovedText });
}

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

const QUERIES: ReadonlySet<ReaderMethod> = new Set(["timeline", "log", "histogram", "facets", "topics"]);
const NOT_REMOVED: Condition = { is: "not", of: { is: "fact", fact: "deleted" } };

/** Whether only removed messages meet the condition, so that their text is asked for. */
export function asksForRemoved(condition: Condition | undefined): boolean {
  if (condition?.is === "all") return condition.of.some(asksForRemoved);
  return condition?.is === "fact" && condition.fact === "deleted";
}

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
