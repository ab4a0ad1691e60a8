/// <reference lib="deno.worker" />
/** The writer's thread: opens the archive when it is told to, and does one call after the other. */
import { SqliteWriter } from "./writer.ts";
import type { WriterAnswer, WriterCall, WriterSetup } from "./writer_calls.ts";

let writer: SqliteWriter | undefined;
/** The last batch was not committed. */
let failed = false;

function answer({ method, args }: WriterCall): unknown {
  switch (method) {
    case "open":
      writer = SqliteWriter.open(...args);
      return undefined;
    case "close":
      return writer![Symbol.dispose]();
    default:
      // deno-lint-ignore ban-types -- method and args belong together by the type of WriterCall
      return (writer![method] as Function).apply(writer, args);
  }
}

function take(call: WriterCall): WriterAnswer {
  const isBatch = call.method === "commit";
  if (isBatch && call.isNext && failed) return { ok: false, skipped: true };
  try {
    const value = answer(call);
    if (isBatch) failed = false;
    return { ok: true, value };
  } catch (error) {
    if (isBatch) failed = true;
    return { ok: false, error, name: error instanceof Error ? error.name : "Error" };
  }
}

self.onmessage = ({ data: { port, answers } }: MessageEvent<WriterSetup>) => {
  const answered = new Int32Array(answers);
  port.onmessage = ({ data }: MessageEvent<WriterCall>) => {
    port.postMessage(take(data));
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    self.postMessage(undefined);
  };
};
