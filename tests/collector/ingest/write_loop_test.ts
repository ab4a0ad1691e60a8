/** The write loop and its overflow file: nothing is lost, duplicated or reordered. */
import assert from "node:assert/strict";
import { lastReceivedAt } from "../../../src/collector/ingest/overflow_format.ts";
import { numbers, openPipeline } from "../../support/ingest_pipeline.ts";
import { tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

Deno.test("an overflow file is read to its end while lines keep arriving, and they stay in order", async () => {
  using it = openPipeline({ bound: 5 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.healthChanges.length === 1);
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
  using it = openPipeline({ bound: 5, overflowBound: 300_000 });
  const lock = it.lock();
  it.say("0");
  await until(() => it.healthChanges.length === 1);
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
  for (const [count, bound] of [[3_000, 50], [2_000, 50]] as const) {
    using it = openPipeline({ in: folder, bound });
    using _lock = it.lock();
    it.say(String(n++));
    await until(() => it.healthChanges.length === 1);
    for (const end = n + count; n < end;) {
      await it.ingest.store.whenWritable();
      it.say(String(n++));
    }
    it[Symbol.dispose]();
    assert.equal(it.ingest.counts.dropped, 0);
  }
  using it = openPipeline({ in: folder });
  it.say(String(n++));
  await until(() => it.ingest.status().overflowBytes === 0 && it.ingest.status().queue === 0);
  assert.deepEqual(await it.texts(), numbers(n));
});

Deno.test("rows that do not fit into the overflow file follow it; at an end, only these are lost", async () => {
  using folder = tempFolder();
  let n = 0;
  {
    using it = openPipeline({ in: folder, bound: 50, overflowBound: 30_000 });
    const lock = it.lock();
    it.say(String(n++));
    await until(() => it.healthChanges.length === 1);
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
    await until(() => it.healthChanges.length === 3);
    await fill();
    it[Symbol.dispose]();
    assert.equal(it.ingest.counts.dropped, 50);
  }
  using it = openPipeline({ in: folder });
  await until(() => it.ingest.status().overflowBytes === 0);
  assert.deepEqual(await it.texts(), numbers(n - 50));
});

Deno.test("after a second of failures, waiting rows are in the overflow file, so that a kill does not lose them", async () => {
  using it = openPipeline();
  using lock = it.lock();
  it.say("0");
  const sentAt = it.time.now();
  await until(() => it.healthChanges.length === 1);
  assert.ok(it.ingest.store.safeUntil() <= sentAt);
  await until(() => it.ingest.status().overflowBytes > 0);
  assert.equal(it.ingest.status().queue, 0);
  await until(() => lastReceivedAt(`${it.path}-spool`) !== undefined);
  const now = it.time.now();
  assert.ok(it.ingest.store.safeUntil() >= now);
  lock[Symbol.dispose]();
  await until(() => it.ingest.counts.stored === 1);
});
