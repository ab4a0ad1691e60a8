/// <reference lib="deno.worker" />
/** A reader's thread: reports that it is ready, opens its connection at the first call, and answers calls one by one. */
import { answerCalls } from "../../../rpc/caller.ts";
import { asUnavailable } from "../file/sqlite_errors.ts";
import { SqliteReader } from "../reader.ts";
import { callReader, type ReaderNews, type ReaderThreadCalls } from "./reader_calls.ts";
import { ReaderFaults } from "./reader_faults.ts";

let reader: SqliteReader | undefined;
let faults: ReaderFaults | undefined;

function tell(news: ReaderNews): void {
  self.postMessage(news);
}

answerCalls<ReaderThreadCalls>(self, {
  answer(path, call) {
    try {
      reader ??= new SqliteReader(path);
      faults ??= new ReaderFaults(reader);
      return callReader(reader, call);
    } catch (error) {
      throw faults?.named(error, call) ?? asUnavailable(error);
    } finally {
      const found = faults?.list() ?? [];
      if (found.length > 0) tell({ kind: "faults", faults: found });
    }
  },
});
tell({ kind: "ready" });
