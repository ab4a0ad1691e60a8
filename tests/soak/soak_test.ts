import assert from "node:assert/strict";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import { tempFolder } from "../support/temp.ts";
import { slope } from "./figures.ts";
import { Ledger } from "./ledger.ts";
import { soak, sumOf } from "./soak.ts";

Deno.test({
  name: "a short soak: channels come and go, Twitch fails, and every message is stored once",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { said, verdict, counts, changes, samples } = await soak({
      minutes: 1,
      messages: 30_000,
      channels: 5,
      lines: 1_000,
      changeEveryMs: 10,
      troubleEvery: 2,
      sampleEveryMs: 200,
    });
    assert.equal(said, 30_000);
    assert.deepEqual({ ...verdict, kept: 0 }, { kept: 0, missing: 0, doubled: 0, stray: 0 });
    assert.equal(sumOf(counts), counts.received);
    assert.equal(counts.rejected + counts.dropped, 0);
    assert.ok(changes.added >= 5);
    assert.ok(samples.every(({ ownMiB, handles }) => ownMiB > 1 && handles > 1));
  },
});

Deno.test("the slope is that of the best fit", () => {
  assert.equal(slope([0, 1, 2, 3], [5, 7, 9, 11]), 2);
  assert.equal(slope([0, 1, 2, 3], [6, 6, 10, 10]), 1.6);
});

Deno.test("waiting for a deletion ends with an error that names the channel", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.db`;
  using archive = SqliteWriter.open({ path, synchronous: "normal" });
  const ledger = new Ledger(path, 1);
  await ledger.deleted(0);
  archive.deleteChannel(archive.createChannel("alpha", 0).id, true);
  await assert.rejects(ledger.deleted(0), /still being deleted after 0 s: #alpha/);
});
