/** Channels that leave connections at full message rate: every lost line is accounted for. */
import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { accountOf, FullSpeed } from "../support/chat/full_speed.ts";
import { tempFolder } from "../support/temp.ts";
import { Stage } from "./support/stage.ts";

const names = (count: number) => Array.from({ length: count }, (_, n) => `channel_${n}`);

Deno.test("40 busy channels get their own connections, in two batches, and no line is lost", async () => {
  // The program is a separate process, so more data is in flight than on a shared thread.
  await using stage = await Stage.open({ channels: 40, env: { TWITCH_BUSY_PER_MINUTE: "10" } });
  const { twitch, channels } = stage;
  const speed = new FullSpeed(twitch, channels);
  // Twitch accepts 20 logins in 10 s, and the shared connection uses the first.
  await speed.until(() => twitch.counters.accepted >= 20 && twitch.counters.parts >= 19);
  await speed.during(100);
  await twitch.when(() => twitch.counters.accepted > 20);
  // The last channel stays on the shared connection.
  await speed.until(() => twitch.counters.parts >= 39);
  await speed.during(100);
  assert.equal(twitch.counters.open, 40);
  stage.program.kill("SIGTERM");
  await stage.program.ended;
  const { stored, inGaps, unaccounted } = await accountOf(speed.sent, stage.dbPath);
  assert.deepEqual({ stored, inGaps, unaccounted }, { stored: speed.count, inGaps: 0, unaccounted: 0 });
});

Deno.test("channels disabled and enabled at full speed: messages sent before they were left are stored", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const channels = names(6);
  await using twitch = await startTwitch({ joinLimit: undefined });
  // With two channels per connection, some connections become empty and others do not.
  await using test = startTestCollector({
    dbPath,
    twitch,
    channels,
    channelsPerConnection: 2,
    busyPerMinute: 1e9,
  });
  await test.until((status) => status.channels.every(({ state }) => state === "joined"));
  const ids = new Map(test.collector.status().channels.map(({ login, channelId }) => [login, channelId]));
  const speed = new FullSpeed(twitch, channels);
  for (let round = 0; round < 6; round++) {
    const off = channels.slice(0, 1 + round % 5);
    await speed.during(150);
    for (const login of off) test.collector.setEnabled(ids.get(login)!, false);
    if (round % 2 === 0) await speed.until(() => off.every((login) => !twitch.joined(login)));
    for (const login of off) test.collector.setEnabled(ids.get(login)!, true);
    await speed.until(() => channels.every((login) => test.channel(login).state === "joined"));
  }
  await speed.during(150);
  await test[Symbol.asyncDispose]();
  const { counts } = test.collector.status();
  const { stored, inGaps, unaccounted } = await accountOf(speed.sent, dbPath);
  assert.deepEqual({ stored, inGaps, unaccounted }, { stored: speed.count, inGaps: 0, unaccounted: 0 });
  assert.deepEqual([counts.late, counts.dropped, counts.rejected], [0, 0, 0]);
});

Deno.test("RECONNECT at full speed while channels move to their own connections: nothing is lost or duplicated", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  const channels = names(12);
  await using twitch = await startTwitch({ joinLimit: undefined });
  await using test = startTestCollector({
    dbPath,
    twitch,
    channels,
    busyPerMinute: 1e9,
    channelsPerConnection: 4,
  });
  await test.until((status) => status.channels.every(({ state }) => state === "joined"));
  const speed = new FullSpeed(twitch, channels);
  for (let round = 1; round <= 3; round++) {
    await speed.during(150);
    twitch.reconnectAll();
    await speed.until(() => twitch.counters.accepted >= 3 + 3 * round && twitch.counters.open === 3);
  }
  await speed.during(150);
  await test[Symbol.asyncDispose]();
  const { stored, inGaps, unaccounted } = await accountOf(speed.sent, dbPath);
  assert.deepEqual({ stored, inGaps, unaccounted }, { stored: speed.count, inGaps: 0, unaccounted: 0 });
});

Deno.test("the program ends at full speed: messages written to it before are stored", async () => {
  await using stage = await Stage.open({ channels: 10 });
  const speed = new FullSpeed(stage.twitch, stage.channels);
  await speed.during(1_000);
  stage.program.kill("SIGTERM");
  let ended = false;
  void stage.program.ended.then(() => ended = true);
  await speed.until(() => ended);
  const { stored, inGaps, unaccounted } = await accountOf(speed.sent, stage.dbPath);
  assert.deepEqual({ stored, inGaps, unaccounted }, { stored: speed.count, inGaps: 0, unaccounted: 0 });
});
