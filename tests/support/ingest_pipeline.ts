/** An ingest pipeline with a real archive on its own thread. */
import assert from "node:assert/strict";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import { startWriterThread, WriterThread } from "../../src/archive/sqlite/threads/writer_thread.ts";
import { systemClock } from "../../src/clock.ts";
import { IngestPipeline } from "../../src/collector/ingest/pipeline.ts";
import { TimeJudge } from "../../src/collector/time/judge.ts";
import { readLine } from "../../src/irc/read.ts";
import { openSqliteReader } from "./archive/local_reader.ts";
import { lockForWriting } from "./archive/write_lock.ts";
import { privmsg } from "./chat/lines.ts";
import { type TempFolder, tempFolder } from "./temp.ts";
import { everyEvent } from "./archive/every_event.ts";

/** A pipeline for the channel `alpha`. Rows of other channels cannot be stored. */
export function openPipeline(options: { bound?: number; overflowBound?: number; in?: TempFolder } = {}) {
  const folder = options.in ?? tempFolder();
  const path = `${folder.path}/a.db`;
  const writerThread = startWriterThread((error) => {
    throw error;
  });
  const thread = new WriterThread(writerThread.link);
  const announced: string[] = [];
  const healthChanges: (string | undefined)[] = [];
  let isOpen = true;
  const time = new TimeJudge(systemClock);
  const ingest = new IngestPipeline({
    time,
    openWriter: (): ArchiveWriter => {
      const writer = thread.open({ path, synchronous: "normal" });
      writer.createChannel("alpha", 0);
      return writer;
    },
    areRepeated: () => false,
    watched: new Set([1]),
    committed: (events) => announced.push(...events.map(({ text }) => text)),
    healthChanged: (reason) => healthChanges.push(reason),
    bound: options.bound,
    overflow: { path: `${path}-spool`, bound: options.overflowBound ?? 2 ** 30 },
  });
  return {
    ingest,
    time,
    path,
    announced,
    healthChanges,
    say(text: string, channel = "alpha") {
      const line = privmsg({ channel, roomId: 9, text });
      const reading = readLine(line);
      assert.ok(reading.kind === "chat");
      ingest.take(reading.event, line, time.clock.monotonicMs());
    },
    /** Locks the archive until the lock is disposed. */
    lock: () => lockForWriting(path),
    async texts(): Promise<string[]> {
      await using reader = openSqliteReader({ path });
      return (await everyEvent(reader, { channelId: 1 })).map(({ text }) => text);
    },
    [Symbol.dispose]() {
      if (!isOpen) return;
      isOpen = false;
      ingest[Symbol.dispose]();
      writerThread[Symbol.dispose]();
      if (!options.in) folder[Symbol.dispose]();
    },
  };
}

/** The texts "0" to `count - 1`, except one. */
export function numbers(count: number, without?: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n)).filter((_, n) => n !== without);
}
