/// <reference lib="deno.worker" />
/** The writer's thread: opens the archive when it is told to, and does one call after the other. */
import { SqliteWriter } from "./writer.ts";
import type { WriterAnswer, WriterCall, WriterSetup } from "./writer_calls.ts";

let writer: SqliteWriter | undefined;

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

self.onmessage = ({ data: { port, answers } }: MessageEvent<WriterSetup>) => {
  const answered = new Int32Array(answers);
  port.onmessage = ({ data }: MessageEvent<WriterCall>) => {
    let result: WriterAnswer;
    try {
      result = { ok: true, value: answer(data) };
    } catch (error) {
      result = { ok: false, error, name: error instanceof Error ? error.name : "Error" };
    }
    port.postMessage(result);
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    self.postMessage(undefined);
  };
};
