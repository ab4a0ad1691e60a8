/** Failures of connections to Twitch, at 1,000 messages a second. */
import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { readIds, Stage } from "./support/stage.ts";

/** 60 channels need two connections. */
const CHANNELS = 60;

Deno.test("RECONNECT on every connection, three times: nothing is missing or duplicated", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  for (let round = 1; round <= 3; round++) {
    await stage.sentMore(500);
    stage.twitch.reconnectAll();
    await stage.twitch.when(() =>
      stage.twitch.counters.accepted === 2 + 2 * round && stage.twitch.counters.open === 2
    );
  }
  await stage.sentMore(500);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal(stage.undelivered.size, 0);
  assert.deepEqual(await stage.gaps("channel_0"), []);
});

Deno.test("connections cut in the middle of a line: missing messages are in a gap with that reason", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  const cuts: number[] = [];
  for (let round = 0; round < 5; round++) {
    await stage.sentMore(800);
    cuts.push(Date.now());
    if (round % 2 === 0) await stage.twitch.dropAll({ hard: true });
    else {for (const channel of stage.channels) {
        await stage.twitch.cut(`:a!a@a PRIVMSG #${channel} :half a line`);
      }}
    await stage.allJoined();
  }
  await stage.sentMore(800);
  const stored = await stage.storedIds();
  await stage.assertMissingInGaps(stage.missing(stored));
  const gaps = await stage.gaps("channel_0");
  assert.equal(gaps.length, cuts.length);
  for (const [i, gap] of gaps.entries()) {
    assert.ok(
      Math.abs(gap.from - cuts[i]!) < 1_000,
      `gap ${i} begins ${gap.from - cuts[i]!} ms after the cut`,
    );
    assert.equal(gap.reason, "connection lost");
  }
});

Deno.test("a silent connection is detected within 10 s, and the gap begins with the silence", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.startSending();
  await stage.sentMore(1_000);
  const silentAt = Date.now();
  stage.twitch.faults = { silent: true };
  // Both connections are silent: the stand-in discards messages meanwhile, so a live connection would miss
  // them unnoticed.
  const dead = () => stage.program.log.filter(({ message }) => String(message).includes("nothing heard"));
  await until(() => dead().length === 2);
  const noticedMs = Date.now() - silentAt;
  assert.ok(noticedMs < 10_500, `noticed after ${noticedMs} ms`);
  stage.twitch.faults = {};
  await stage.twitch.when(() => stage.twitch.counters.joins >= 2 * CHANNELS);
  await stage.sentMore(1_000);
  const stored = await stage.storedIds();
  await stage.assertMissingInGaps(stage.missing(stored));
  const [gap] = await stage.gaps("channel_0");
  assert.ok(
    gap && Math.abs(gap.from - silentAt) < 1_000,
    `the gap begins ${gap && gap.from - silentAt} ms after`,
  );
});

Deno.test("20 restarts of the server: channels are joined again each time, and nothing is missing while connected", async () => {
  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  // The back-off, which grows to a minute, is a hundredth of the real one here.
  await using test = startTestCollector({ dbPath: `${folder.path}/a.db`, twitch, timings: { retryMs: 10 } });
  const sent = new Set<string>();
  for (let round = 1; round <= 20; round++) {
    await twitch.when(() => twitch.counters.joins === round);
    const { stored } = test.collector.status().counts;
    for (let i = 0; i < 200; i++) {
      const id = crypto.randomUUID();
      twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id }));
      sent.add(id);
    }
    await test.until(({ counts }) => counts.stored >= stored + 200);
    await twitch.dropAll({ hard: true });
  }
  await test[Symbol.asyncDispose]();
  assert.deepEqual(await readIds(`${folder.path}/a.db`), sent);
});
