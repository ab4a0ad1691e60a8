/// <reference lib="deno.worker" />
/** A reader's thread: says that it is ready, opens its connection at the first question, answers one after the other. */
import { type Answer, type Question, READY } from "./reader_pool.ts";
import { callReader } from "./reader_calls.ts";
import { SqliteReader } from "../reader.ts";
import { ReaderFaults } from "./reader_faults.ts";
import { asUnavailable } from "../file/sqlite_errors.ts";
import { encodeError } from "../../../rpc/error_codec.ts";

let reader: SqliteReader | undefined;
let faults: ReaderFaults | undefined;

self.onmessage = ({ data }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    reader ??= new SqliteReader(data.path);
    faults ??= new ReaderFaults(reader);
    answer = { ok: true, value: callReader(reader, data.call), faults: faults.list() };
  } catch (thrown) {
    const error = faults?.named(thrown, data.call) ?? asUnavailable(thrown);
    answer = { ok: false, error: encodeError(error), faults: faults?.list() ?? [] };
  }
  self.postMessage(answer);
};
self.postMessage(READY);
