/// <reference lib="deno.worker" />
/** The collector's thread: puts together the collector and the archive that it writes. */
import { ArchiveClaims } from "../../archive/sqlite/file/lock.ts";
import type { WriterOptions } from "../../archive/sqlite/file/connection.ts";
import { WriterThread } from "../../archive/sqlite/threads/writer_thread.ts";
import { runCollector } from "../../collector/thread.ts";
import { getLogger, type LogOptions, setUpLogging } from "../../log.ts";
import type { SyncLink } from "../../rpc/sync_caller.ts";

export interface CollectorArchive extends Pick<WriterOptions, "path" | "synchronous"> {
  /** The file that this process has locked as the archive. */
  locked: string | undefined;
  /** Leads to the writer's thread. */
  writer: SyncLink;
  logging: LogOptions;
}

runCollector<CollectorArchive>(self, ({ path, synchronous, locked, writer, logging }) => {
  setUpLogging(logging);
  const thread = new WriterThread(writer);
  const claims = new ArchiveClaims(locked);
  return {
    openWriter(unwritten) {
      claims.claim(path);
      return thread.open({ path, synchronous, unwritten });
    },
    log: getLogger("collector"),
  };
});
