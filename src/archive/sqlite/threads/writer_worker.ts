/// <reference lib="deno.worker" />
/** The writer's thread: opens archives when it is told to, and does one call after the other. */
import { SqliteWriter } from "../writer.ts";
import { encodeError } from "../../../rpc/error_codec.ts";
import type { WriterAnswer, WriterLink, WriterRequest } from "./writer_calls.ts";

/** One, but while a file that was moved away gives way to another. */
const writers = new Map<number, SqliteWriter>();
/** The last batch was not committed. */
let failed = false;

function answer({ method, args, archive }: WriterRequest): unknown {
  if (method === "open") return void writers.set(archive, SqliteWriter.open(...args));
  const writer = writers.get(archive)!;
  if (method === "close") {
    writers.delete(archive);
    return writer[Symbol.dispose]();
  }
  // deno-lint-ignore ban-types -- method and args belong together by the type of WriterCall
  return (writer[method] as Function).apply(writer, args);
}

function take(call: WriterRequest): WriterAnswer {
  const isBatch = call.method === "commit";
  if (isBatch && call.isNext && failed) return { ok: false, skipped: true };
  try {
    const value = answer(call);
    if (isBatch) failed = false;
    return { ok: true, value };
  } catch (error) {
    if (isBatch) failed = true;
    return { ok: false, error: encodeError(error) };
  }
}

self.onmessage = ({ data: { port, wakeup, answers } }: MessageEvent<WriterLink>) => {
  const answered = new Int32Array(answers);
  port.onmessage = ({ data }: MessageEvent<WriterRequest>) => {
    port.postMessage(take(data));
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    wakeup.postMessage(undefined);
  };
};
