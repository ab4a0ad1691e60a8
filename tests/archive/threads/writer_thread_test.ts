/** The writer on its own thread: the same archive, and everything in order. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { AppendOutcome } from "../../../src/archive/writer.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { startWriterThread, WriterThread } from "../../../src/archive/sqlite/threads/writer_thread.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, BEN, message, timed } from "../../support/archive/events.ts";
import { isUnavailable } from "../../../src/chat/errors.ts";
import { lockForWriting } from "../../support/archive/write_lock.ts";

const ALL = new Set([1]);

function startThread(): { thread: WriterThread } & Disposable {
  const started = startWriterThread((error) => {
    throw error;
  });
  return { thread: new WriterThread(started.link), [Symbol.dispose]: () => started[Symbol.dispose]() };
}

function openThread(path: string) {
  const started = startThread();
  const writer = started.thread.open({ path, synchronous: "normal" });
  writer.createChannel("lake", 0);
  const close = writer[Symbol.dispose];
  writer[Symbol.dispose] = () => {
    close();
    started[Symbol.dispose]();
  };
  return writer;
}

async function texts(path: string): Promise<string[]> {
  await using reader = openSqliteReader({ path });
  const { events } = await reader.timeline({ channelId: 1, limit: 50 });
  return events.map(({ text }) => text).toReversed();
}

Deno.test("batches are committed and announced in order; later calls run after them", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  const outcomes: AppendOutcome[] = [];
  {
    using writer = openThread(path);
    for (const text of ["one", "two", "three"]) {
      writer.appendLater(timed([message(ANN, text)]), ALL, undefined, (outcome) => outcomes.push(outcome));
    }
    assert.equal(writer.channels()[0]!.login, "lake");
    assert.equal(outcomes.length, 3);
    const { events, lastId } = writer.append(timed([message(BEN, "four")]), ALL, {
      name: "overflow",
      offset: 5,
    });
    assert.equal(events[0]!.id, lastId);
    assert.deepEqual(writer.overflowPosition(), { name: "overflow", offset: 5 });
  }
  assert.deepEqual(outcomes.map((one) => one.ok && one.events[0]!.text), ["one", "two", "three"]);
  assert.deepEqual(await texts(path), ["one", "two", "three", "four"]);
});

Deno.test("answers also arrive without a waiting caller", async () => {
  using folder = tempFolder();
  using writer = openThread(`${folder.path}/a.db`);
  const outcome = await new Promise<AppendOutcome>((resolve) =>
    writer.appendLater(timed([message(ANN, "one")]), ALL, undefined, resolve)
  );
  assert.ok(outcome.ok);
});

Deno.test("after a failed batch, no batch runs that was sent before the failure was known", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  {
    using writer = openThread(path);
    using lock = lockForWriting(path);
    const outcomes: AppendOutcome[] = [];
    const append = (text: string) =>
      writer.appendLater(timed([message(ANN, text)]), ALL, undefined, (outcome) => outcomes.push(outcome));
    append("one");
    append("two");
    writer.settle();
    lock.release();
    const [one, two] = outcomes;
    assert.ok(!one!.ok && "error" in one! && isUnavailable(one.error));
    assert.match(one.error.message, /locked/);
    assert.ok(!two!.ok && "skipped" in two!);
    append("one");
    append("two");
    writer.settle();
    assert.deepEqual(outcomes.slice(2).map(({ ok }) => ok), [true, true]);
  }
  assert.deepEqual(await texts(path), ["one", "two"]);
});

Deno.test("a wrong row fails its batch with its error, in both ways", () => {
  using folder = tempFolder();
  using writer = openThread(`${folder.path}/a.db`);
  const batch = timed([message(ANN, "hi", { channel: "nowhere" })]);
  assert.throws(() => writer.append(batch, ALL), /"nowhere"/);
  let outcome: AppendOutcome | undefined;
  writer.appendLater(batch, ALL, undefined, (given) => outcome = given);
  writer.settle();
  assert.ok(!outcome!.ok && "error" in outcome! && /"nowhere"/.test(String(outcome.error)));
});

Deno.test("a foreign or unreachable file is an error at once, and the thread can open another", () => {
  using folder = tempFolder();
  using started = startThread();
  const { thread } = started;
  const path = `${folder.path}/other.db`;
  const other = new DatabaseSync(path);
  other.exec("CREATE TABLE things (id)");
  other.close();
  assert.throws(() => thread.open({ path, synchronous: "normal" }), { code: "wrong_file" });
  assert.throws(
    () => thread.open({ path: `${folder.path}/nowhere/a.db`, synchronous: "normal" }),
    isUnavailable,
  );
  using first = thread.open({ path: `${folder.path}/a.db`, synchronous: "normal" });
  using second = thread.open({ path: `${folder.path}/b.db`, synchronous: "normal" });
  first.createChannel("lake", 0);
  assert.deepEqual(second.channels(), []);
  assert.equal(first.channels().length, 1);
});
