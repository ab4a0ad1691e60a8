/** The intake and its store on a real archive that has a thread of its own: nothing lost, doubled or overtaken. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveWriter } from "../../src/archive/archive.ts";
import { openSqliteReader } from "../../src/archive/sqlite/reader.ts";
import { startWriterThread, WriterThread } from "../../src/archive/sqlite/writer_thread.ts";
import { Intake } from "../../src/collector/intake.ts";
import { readLine } from "../../src/irc/read.ts";
import { privmsg } from "../support/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";

/** An intake for the channel `alpha`; of any other channel a row cannot be stored. */
function openIntake(options: { bound?: number; spoolBound?: number } = {}) {
  const folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const { link, end } = startWriterThread((error) => {
    throw error;
  });
  const thread = new WriterThread(link);
  const announced: string[] = [];
  const troubles: (string | undefined)[] = [];
  const intake = new Intake({
    openWriter: (): ArchiveWriter => {
      const writer = thread.open({ path, synchronous: "normal" });
      writer.createChannel("alpha", 0);
      return writer;
    },
    watched: new Set([1]),
    committed: (events) => announced.push(...events.map(({ text }) => text)),
    trouble: (reason) => troubles.push(reason),
    bound: options.bound,
    spool: { path: `${path}-spool`, bound: options.spoolBound ?? 2 ** 30 },
  });
  return {
    intake,
    path,
    announced,
    troubles,
    say(text: string, channel = "alpha") {
      const line = privmsg({ channel, roomId: 9, text });
      const reading = readLine(line);
      assert.ok(reading.kind === "chat");
      intake.take(reading.event, line, Date.now());
    },
    lock(): Disposable {
      const other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE");
      return {
        [Symbol.dispose]() {
          other.exec("ROLLBACK");
          other.close();
        },
      };
    },
    async texts(): Promise<string[]> {
      await using reader = openSqliteReader({ path });
      const texts: string[] = [];
      let before: number | undefined;
      while (true) {
        const { events, more } = await reader.timeline({ channelId: 1, before, limit: 200 });
        texts.unshift(...events.map(({ text }) => text).toReversed());
        if (!more) return texts;
        before = events.at(-1)!.id;
      }
    },
    [Symbol.dispose]() {
      intake[Symbol.dispose]();
      end();
      folder[Symbol.dispose]();
    },
  };
}

function numbers(count: number, without?: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n)).filter((_, n) => n !== without);
}

Deno.test("a row that cannot be stored is set aside while the next batch is under way: the order stays", async () => {
  using it = openIntake();
  for (let n = 0; n < 500; n++) it.say(String(n), n === 20 ? "nowhere" : "alpha");
  await until(() => it.intake.counts.stored === 499);
  assert.equal(it.intake.counts.rejected, 1);
  assert.deepEqual(await it.texts(), numbers(500, 20));
  assert.deepEqual(it.announced, numbers(500, 20));
});

Deno.test("a spool ends although lines keep coming, and they stay in order", async () => {
  using it = openIntake({ bound: 5 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  let n = 1;
  for (; n < 3_000; n++) it.say(String(n));
  assert.ok(it.intake.status().spooledBytes > 0);
  lock[Symbol.dispose]();
  await until(() => {
    it.say(String(n++));
    return it.intake.status().spooledBytes === 0;
  });
  await until(() => it.intake.counts.stored === n);
  assert.equal(it.intake.counts.dropped, 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("while a full spool is read back the sockets wait, and nothing is dropped", async () => {
  using it = openIntake({ bound: 5, spoolBound: 300_000 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  let n = 1;
  while (!it.intake.room()) it.say(String(n++));
  const full = n;
  lock[Symbol.dispose]();
  while (n < full + 500) {
    await it.intake.room();
    it.say(String(n++));
  }
  await until(() => it.intake.counts.stored === n);
  assert.equal(it.intake.counts.dropped, 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("a row of a spool that cannot be stored is set aside once, and the others are stored once", async () => {
  using it = openIntake({ bound: 1 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.troubles.length === 1);
  for (let n = 1; n < 40; n++) it.say(String(n), n === 20 ? "nowhere" : "alpha");
  lock[Symbol.dispose]();
  await until(() => it.intake.counts.stored === 39);
  assert.equal(it.intake.store.quarantined(0).length, 1);
  assert.deepEqual(await it.texts(), numbers(40, 20));
});
