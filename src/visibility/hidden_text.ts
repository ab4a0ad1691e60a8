/** Hides the text of removed messages from readers whom `SHOW_DELETED` excludes: in rows, cards, files and feeds alike. */
import type { LogQuery } from "../archive/log.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { BatchCall, ReaderMethod } from "../archive/reader_batch.ts";
import type { CountQuery } from "../archive/timeline.ts";
import { withoutRemovedText } from "../chat/removed_text.ts";
import { allOf, type Condition } from "../search/condition.ts";
import { changedEvents, changedReader, type QueryMethod, type ReaderChanges } from "./changed_reader.ts";

/** Who may read the text of removed messages. */
const DELETED_READERS = ["everyone", "managers", "nobody"] as const;
export type DeletedReaders = typeof DELETED_READERS[number];

/**
 * An archive that hides removed texts while `mayRead` is false. Searches by words, which would tell the text by whether it is
 * found, do not find removed messages then.
 */
export function hidingRemoved(archive: ArchiveReader, mayRead: () => boolean): ArchiveReader {
  const changes: ReaderChanges = { call: narrowed, answer: changedEvents(withoutRemovedText) };
  return changedReader(archive, () => mayRead() ? undefined : changes);
}

function narrowed(call: BatchCall): BatchCall {
  const [method, ...args] = call as unknown as [ReaderMethod, ...unknown[]];
  if (!Object.hasOwn(QUERIES, method)) return call;
  const query = args[0] as CountQuery | LogQuery;
  const isTold = query.search !== undefined && tellsText(query.search);
  return [method, {
    ...query,
    ...isTold && { search: allOf([query.search!, NOT_REMOVED]) },
    // A log is written by the archive, other texts are hidden in its answers.
    ...method === "log" && { hidesRemoved: true },
  }, ...args.slice(1)] as unknown as BatchCall;
}

/** Typed, so that a new method with a search must be listed. */
const QUERIES: Record<QueryMethod, true> = {
  timeline: true,
  histogram: true,
  facets: true,
  topics: true,
  log: true,
};
const NOT_REMOVED: Condition = { is: "not", of: { is: "fact", fact: "deleted" } };

/** Whether only removed messages meet the condition, so that their text is asked for. */
export function asksForRemoved(condition: Condition | undefined): boolean {
  if (condition?.is === "all") return condition.of.some(asksForRemoved);
  return condition?.is === "fact" && condition.fact === "deleted";
}

/** Whether the condition depends on the text of a message. Without a default, so that a new kind must be decided here. */
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
    case "channel":
    case "user":
    case "time":
    case "fact":
    case "reply":
    case "badge":
    case "bits":
    case "thread":
      return false;
  }
}
