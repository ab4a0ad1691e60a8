/** Outages are back-filled from a history service at 1,000 messages a second. */
import assert from "node:assert/strict";
import { startHistory } from "../../src/demo/history.ts";
import { until } from "../support/until.ts";
import { delay, readIds, Stage } from "./support/stage.ts";

Deno.test("outages are back-filled completely from the history service, and shown as filled", async () => {
  await using history = await startHistory({ kept: 5_000 });
  await using stage = await Stage.open({
    channels: 20,
    env: { HISTORY_URL: history.url },
    standIn: { onSaid: (line) => history.hear(line) },
  });
  stage.startSending();
  for (let round = 0; round < 3; round++) {
    await stage.sentMore(1_000);
    await stage.twitch.dropAll({ hard: true });
    await stage.allJoined();
  }
  await stage.sentMore(1_000);
  stage.stopSending();
  const states = async () => (await stage.gaps("channel_0")).map(({ state }) => state).join();
  await until(async () => await states() === "filled,filled,filled");
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
});

Deno.test("messages sent while the server refused connections are back-filled", async () => {
  await using history = await startHistory({ kept: 5_000 });
  await using stage = await Stage.open({
    channels: 20,
    env: { HISTORY_URL: history.url },
    standIn: { onSaid: (line) => history.hear(line) },
  });
  stage.startSending();
  await stage.sentMore(1_000);
  await stage.serverGone(() => delay(3_000));
  await stage.allJoined();
  await stage.sentMore(500);
  await stage.storedIds();
  for (const login of stage.channels) {
    await until(async () => (await stage.gaps(login)).every(({ state }) => state === "filled"));
  }
  const all = await readIds(stage.dbPath);
  assert.ok(stage.undelivered.size > 2_000);
  assert.deepEqual([...stage.undelivered.keys()].filter((id) => !all.has(id)), []);
  assert.deepEqual(stage.missing(all), []);
});
