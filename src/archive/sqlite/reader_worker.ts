/// <reference lib="deno.worker" />
/** A reader's thread: says that it is ready, opens its connection at the first question, answers one after the other. */
import { type Answer, type Question, READY } from "./pool.ts";
import { callReader } from "./reader_calls.ts";
import { SqliteReader } from "./reader.ts";

let reader: SqliteReader | undefined;

self.onmessage = ({ data }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    reader ??= new SqliteReader(data.path);
    answer = { ok: true, value: callReader(reader, data.call) };
  } catch (error) {
    answer = { ok: false, error, name: error instanceof Error ? error.name : "Error" };
  }
  self.postMessage(answer);
};
self.postMessage(READY);
