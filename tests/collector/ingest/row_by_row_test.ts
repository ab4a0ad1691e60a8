import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { numbers, openPipeline } from "../../support/ingest_pipeline.ts";
import { until } from "../../support/until.ts";

Deno.test("a row that cannot be stored is quarantined while the next batch is in flight: the order stays", async () => {
  using it = openPipeline();
  for (let n = 0; n < 500; n++) it.say(String(n), n === 20 ? "nowhere" : "alpha");
  await until(() => it.ingest.counts.stored === 499);
  assert.equal(it.ingest.counts.rejected, 1);
  assert.deepEqual(await it.texts(), numbers(500, 20));
  assert.deepEqual(it.announced, numbers(500, 20));
});

Deno.test("a row of an overflow file that cannot be stored is quarantined once, and others are stored once", async () => {
  using it = openPipeline({ bound: 1 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.healthChanges.length === 1);
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
  using it = openPipeline();
  it.say("0");
  await until(() => it.ingest.counts.stored === 1);
  {
    using _refusing = refuseAll(it.path);
    for (let n = 1; n <= 200; n++) it.say(String(n));
    await until(() => it.healthChanges.length === 1);
    assert.match(it.healthChanges[0]!, /it refuses every message: hiccups/);
    assert.equal(it.ingest.status().state, "failing");
  }
  await until(() => it.ingest.counts.stored === 201);
  assert.equal(it.ingest.counts.rejected, 0);
  assert.deepEqual(it.ingest.store.writer.quarantined(0), []);
  assert.deepEqual((await it.texts()).toSorted(), numbers(201).toSorted());
});

Deno.test("rows that are refused with the same error batch after batch are stored once the store works again", async () => {
  using it = openPipeline();
  {
    using _refusing = refuseAll(it.path);
    for (const n of [1, 2]) {
      it.say(String(n));
      await until(() => it.ingest.counts.rejected === n);
    }
    it.say("3");
    await until(() => it.healthChanges.length === 1);
    assert.equal(it.ingest.counts.rejected, 2);
  }
  await until(() => it.ingest.counts.stored === 3);
  assert.equal(it.ingest.counts.rejected, 0);
  assert.deepEqual((await it.texts()).toSorted(), ["1", "2", "3"]);
});

Deno.test("rows that are refused with the same error while others are stored are quarantined, for any number", async () => {
  using it = openPipeline();
  {
    using db = new DatabaseSync(it.path);
    db.exec(`
      CREATE TRIGGER refusing BEFORE INSERT ON messages WHEN NEW.text LIKE 'bad%'
      BEGIN SELECT RAISE(ABORT, 'hiccups'); END`);
  }
  for (let n = 0; n < 100; n++) it.say(n > 0 && n < 90 ? `bad ${n}` : String(n));
  await until(() => it.ingest.counts.stored === 11);
  assert.equal(it.ingest.counts.rejected, 89);
  assert.deepEqual(it.healthChanges, []);
});
