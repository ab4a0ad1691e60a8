/** kill -9 at random moments, at 1,000 messages a second. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { delay, readIds, Stage } from "./support/stage.ts";

const KILLS = 20;

Deno.test(`after each of ${KILLS} kills announced messages are stored, the file is valid, and the gap is recorded`, async () => {
  await using stage = await Stage.open({ channels: 5 });
  stage.startSending();
  for (let kill = 1; kill <= KILLS; kill++) {
    const announced = await watch(stage, 300 + Math.random() * 700);
    stage.program.kill("SIGKILL");
    const killedAt = Date.now();
    await stage.program.ended;

    assertSound(stage.dbPath);
    await using reader = openSqliteReader({ path: stage.dbPath });
    for (const id of announced) assert.ok(await reader.event(id), `${id} was announced and is gone`);

    await stage.start();
    await stage.allJoined();
    const gap = (await stage.gaps("channel_0")).at(-1);
    assert.equal(gap?.reason, "killed");
    // The last known moment, which is written about every second, is before the kill.
    assert.ok(
      gap.from <= killedAt + 50 && gap.from > killedAt - 5_000,
      `${killedAt - gap.from} ms before the kill`,
    );
  }
  const stored = await stage.storedIds();
  const lostInFlight = stage.missing(stored).length;
  assert.ok(lostInFlight < stage.sent.size / 2);
  await assertCounted(stage, stored.size);
});

/** Ids that the live stream of the first channel sends within a number of milliseconds. */
async function watch(stage: Stage, ms: number): Promise<number[]> {
  const ids: number[] = [];
  const stop = new AbortController();
  const response = await fetch(`${stage.program.url}/channels/1/live`, { signal: stop.signal });
  const reading = (async () => {
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      for (const [, id] of text.matchAll(/data-id="(\d+)"/g)) ids.push(Number(id));
    }
  })().catch(() => {});
  await delay(ms);
  const heard = [...ids];
  assert.ok(heard.length > 0, "some message was announced");
  stop.abort();
  await reading;
  return heard;
}

function assertSound(dbPath: string): void {
  const db = new DatabaseSync(dbPath);
  try {
    assert.deepEqual(db.prepare("PRAGMA integrity_check").all().map((row) => Object.values(row)), [["ok"]]);
    db.exec("INSERT INTO messages_index (messages_index) VALUES ('integrity-check')");
  } finally {
    db.close();
  }
}

/** Checks the counters against the rows. */
async function assertCounted(stage: Stage, stored: number): Promise<void> {
  const { program } = stage;
  program.kill("SIGTERM");
  await program.ended;
  await using reader = openSqliteReader({ path: stage.dbPath });
  const author = await reader.userByLogin("ada_codes");
  assert.equal(author!.messages, stored);
  assert.equal((await readIds(stage.dbPath)).size, stored);
}
