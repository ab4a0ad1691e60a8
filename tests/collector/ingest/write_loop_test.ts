/** The ingest pipeline with a real archive on its own thread: nothing is lost, duplicated or reordered. */
import assert from "node:assert/strict";
import { placeBefore } from "../../../src/chat/place.ts";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveWriter } from "../../../src/archive/writer.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { startWriterThread, WriterThread } from "../../../src/archive/sqlite/threads/writer_thread.ts";
import { IngestPipeline } from "../../../src/collector/ingest/pipeline.ts";
import { lastReceivedAt } from "../../../src/collector/ingest/overflow_format.ts";
import { TimeJudge } from "../../../src/collector/time/judge.ts";
import { systemClock } from "../../../src/clock.ts";
import { readLine } from "../../../src/irc/read.ts";
import { privmsg } from "../../support/chat/lines.ts";
import { type TempFolder, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";
import { lockForWriting } from "../../support/archive/write_lock.ts";

/** A pipeline for the channel `alpha`. Rows of other channels cannot be stored. */
function openIntake(options: { bound?: number; overflowBound?: number; in?: TempFolder } = {}) {
  const folder = options.in ?? tempFolder();
  const path = `${folder.path}/a.db`;
  const writerThread = startWriterThread((error) => {
    throw error;
  });
  const thread = new WriterThread(writerThread.link);
  const announced: string[] = [];
  const troubles: (string | undefined)[] = [];
  let isOpen = true;
  const time = new TimeJudge(systemClock);
  const ingest = new IngestPipeline({
    time,
    openWriter: (): ArchiveWriter => {
      const writer = thread.open({ path, synchronous: "normal" });
      writer.createChannel("alpha", 0);
      return writer;
    },
    watched: new Set([1]),
    isWatched: () => false,
    committed: (events) => announced.push(...events.map(({ text }) => text)),
    trouble: (reason) => troubles.push(reason),
    bound: options.bound,
    overflow: { path: `${path}-spool`, bound: options.overflowBound ?? 2 ** 30 },
  });
  return {
    ingest,
    time,
    path,
    announced,
    troubles,
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
      const texts: string[] = [];
      let before: number | undefined;
      while (true) {
        const { events, more } = await reader.timeline({
          channelId: 1,
          place: placeBefore(before),
          limit: 200,
        });
        texts.unshift(...events.map(({ text }) => text).toReversed());
        if (!more) return texts;
        before = events.at(-1)!.id;
      }
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

function numbers(count: number, without?: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n)).filter((_, n) => n !== without);
}

Deno.test("a row that cannot be stored is quarantined while the next batch is in flight: the order stays", async () => {
  using it = openIntake();
  for (let n = 0; n < 500; n++) it.say(String(n), n === 20 ? "nowhere" : "alpha");
  await until(() => it.ingest.counts.stored === 499);
  assert.equal(it.ingest.counts.rejected, 1);
  assert.deepEqual(await it.texts(), numbers(500, 20));
  assert.deepEqual(it.announced, numbers(500, 20));
});

Deno.test("an overflow file is read to its end while lines keep arriving, and they stay in order", async () => {
  using it = openIntake({ bound: 5 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  let n = 1;
  for (; n < 3_000; n++) it.say(String(n));
  assert.ok(it.ingest.status().overflowBytes > 0);
  lock[Symbol.dispose]();
  await until(() => {
    it.say(String(n++));
    return it.ingest.status().overflowBytes === 0;
  });
  await until(() => it.ingest.counts.stored === n);
  assert.equal(it.ingest.counts.dropped, 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("while a full overflow file is read back, the sockets wait, and nothing is dropped", async () => {
  using it = openIntake({ bound: 5, overflowBound: 300_000 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  let n = 1;
  while (!it.ingest.store.whenWritable()) it.say(String(n++));
  const full = n;
  lock[Symbol.dispose]();
  while (n < full + 500) {
    await it.ingest.store.whenWritable();
    it.say(String(n++));
  }
  await until(() => it.ingest.counts.stored === n);
  assert.equal(it.ingest.counts.dropped, 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("rows that overflowed while the store failed are in order after two restarts", async () => {
  using folder = tempFolder();
  let n = 0;
  // The second start reads the overflow file of the first and fails meanwhile; its own file then has the rest, too.
  for (const [said, bound] of [[3_000, 50], [2_000, 50]] as const) {
    using it = openIntake({ in: folder, bound });
    using _lock = it.lock();
    it.say(String(n++));
    await until(() => it.troubles.length === 1);
    for (const upto = n + said; n < upto;) {
      await it.ingest.store.whenWritable();
      it.say(String(n++));
    }
    it[Symbol.dispose]();
    assert.equal(it.ingest.counts.dropped, 0);
  }
  using it = openIntake({ in: folder });
  it.say(String(n++));
  await until(() => it.ingest.status().overflowBytes === 0 && it.ingest.status().queue === 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("rows that do not fit into the overflow file follow it; at an end, only these are lost", async () => {
  using folder = tempFolder();
  let n = 0;
  {
    using it = openIntake({ in: folder, bound: 50, overflowBound: 30_000 });
    const lock = it.lock();
    it.say(String(n++));
    await until(() => it.troubles.length === 1);
    const fill = async () => {
      // A retry may be in flight, for which waiting rows stay in memory for a moment.
      while (it.ingest.status().overflowBytes < 29_000) {
        await it.ingest.store.whenWritable();
        it.say(String(n++));
      }
      while (!it.ingest.store.whenWritable()) it.say(String(n++));
    };
    await fill();
    lock[Symbol.dispose]();
    await until(() => it.ingest.counts.stored === n);
    using _lock = it.lock();
    it.say(String(n++));
    await until(() => it.troubles.length === 3);
    await fill();
    it[Symbol.dispose]();
    assert.equal(it.ingest.counts.dropped, 50);
  }
  using it = openIntake({ in: folder });
  await until(() => it.ingest.status().overflowBytes === 0);
  assert.deepEqual(await it.texts(), numbers(n - 50));
});

Deno.test("after a second of failures, waiting rows are in the overflow file, so that a kill does not lose them", async () => {
  using it = openIntake();
  using lock = it.lock();
  it.say("0");
  const saidAt = it.time.now();
  await until(() => it.troubles.length === 1);
  assert.ok(it.ingest.store.safeUpto() <= saidAt);
  await until(() => it.ingest.status().overflowBytes > 0);
  assert.equal(it.ingest.status().queue, 0);
  await until(() => lastReceivedAt(`${it.path}-spool`) !== undefined);
  const now = it.time.now();
  assert.ok(it.ingest.store.safeUpto() >= now);
  lock[Symbol.dispose]();
  await until(() => it.ingest.counts.stored === 1);
});

Deno.test("a row of an overflow file that cannot be stored is quarantined once, and others are stored once", async () => {
  using it = openIntake({ bound: 1 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  for (let n = 1; n < 40; n++) it.say(String(n), n === 20 ? "nowhere" : "alpha");
  lock[Symbol.dispose]();
  await until(() => it.ingest.counts.stored === 39);
  assert.equal(it.ingest.store.writer.quarantined(0).length, 1);
  assert.deepEqual(await it.texts(), numbers(40, 20));
});

/** Makes the archive refuse every message. */
function refuseAll(path: string): Disposable {
  const run = (sql: string) => {
    using db = new DatabaseSync(path);
    db.exec(sql);
  };
  run("CREATE TRIGGER refusing BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'hiccups'); END");
  return { [Symbol.dispose]: () => run("DROP TRIGGER refusing") };
}

Deno.test("a series of identical refusals is a failure of the store: nothing more is quarantined, and nothing is lost", async () => {
  using it = openIntake();
  it.say("0");
  await until(() => it.ingest.counts.stored === 1);
  {
    using _refusing = refuseAll(it.path);
    for (let n = 1; n <= 200; n++) it.say(String(n));
    await until(() => it.troubles.length === 1);
    assert.match(it.troubles[0]!, /it refuses every message: hiccups/);
    assert.equal(it.ingest.status().state, "failing");
  }
  await until(() => it.ingest.counts.stored === 201);
  assert.equal(it.ingest.counts.rejected, 0);
  assert.deepEqual(it.ingest.store.writer.quarantined(0), []);
  assert.deepEqual((await it.texts()).toSorted(), numbers(201).toSorted());
});

Deno.test("rows that are refused with the same error batch after batch are stored once the store works again", async () => {
  using it = openIntake();
  {
    using _refusing = refuseAll(it.path);
    for (const n of [1, 2]) {
      it.say(String(n));
      await until(() => it.ingest.counts.rejected === n);
    }
    it.say("3");
    await until(() => it.troubles.length === 1);
    assert.equal(it.ingest.counts.rejected, 2);
  }
  await until(() => it.ingest.counts.stored === 3);
  assert.equal(it.ingest.counts.rejected, 0);
  assert.deepEqual((await it.texts()).toSorted(), ["1", "2", "3"]);
});

Deno.test("rows that are refused with the same error while others are stored are quarantined, for any number", async () => {
  using it = openIntake();
  {
    using db = new DatabaseSync(it.path);
    db.exec(`
      CREATE TRIGGER refusing BEFORE INSERT ON messages WHEN NEW.text LIKE 'bad%'
      BEGIN SELECT RAISE(ABORT, 'hiccups'); END`);
  }
  for (let n = 0; n < 100; n++) it.say(n > 0 && n < 90 ? `bad ${n}` : String(n));
  await until(() => it.ingest.counts.stored === 11);
  assert.equal(it.ingest.counts.rejected, 89);
  assert.deepEqual(it.troubles, []);
});
