/** kill -9 at random moments, while 1,000 messages a second are said. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteReader } from "../../src/archive/sqlite/threads/local_reader.ts";
import { delay, readIds, Stage } from "./stage.ts";

const KILLS = 20;

Deno.test(`after each of ${KILLS} kills what was announced is there, the file is sound, and the gap is told`, async () => {
  await using stage = await Stage.open({ channels: 5 });
  stage.talk();
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
    // Killed at some moment after the last known one, which is written every second or so.
    assert.ok(
      gap.from <= killedAt + 50 && gap.from > killedAt - 5_000,
      `${killedAt - gap.from} ms before the kill`,
    );
  }
  const stored = await stage.storedIds();
  const lostInFlight = stage.missing(stored).length;
  assert.ok(lostInFlight < stage.said.size / 2);
  await assertCounted(stage, stored.size);
});

/** What the live stream of the first channel announces in so many milliseconds. */
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
  assert.ok(heard.length > 0, "something was announced");
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

/** The counters say what the rows say. */
async function assertCounted(stage: Stage, stored: number): Promise<void> {
  const { program } = stage;
  program.kill("SIGTERM");
  await program.ended;
  await using reader = openSqliteReader({ path: stage.dbPath });
  const author = await reader.userByLogin("ada_codes");
  assert.equal(author!.messages, stored);
  assert.equal((await readIds(stage.dbPath)).size, stored);
}
