/// <reference lib="deno.worker" />
/** The writer's thread: opens archives and runs one call after the other. */
import { answerSyncCalls, type SyncLink } from "../../../rpc/sync_caller.ts";
import { SqliteWriter } from "../writer.ts";
import type { WriterCalls } from "./writer_calls.ts";

/** Open archives by the caller's number; nearly always one. */
const writers = new Map<number, SqliteWriter>();
/** Whether the last batch was not committed. */
let failed = false;

const calls: WriterCalls = {
  open: (archive, options) => void writers.set(archive, SqliteWriter.open(options)),
  commit(archive, isNext, ...batch) {
    if (isNext && failed) return "skipped";
    failed = true;
    const committed = writers.get(archive)!.appendPacked(...batch);
    failed = false;
    return committed;
  },
  run(archive, method, args) {
    const writer = writers.get(archive)!;
    // deno-lint-ignore ban-types -- method and args belong together: they come from the writer that `WriterThread` opens
    return (writer[method] as Function).apply(writer, args);
  },
  close(archive) {
    const writer = writers.get(archive)!;
    writers.delete(archive);
    writer[Symbol.dispose]();
  },
};

self.onmessage = ({ data }: MessageEvent<SyncLink>) => answerSyncCalls(data, calls);
