/** What can happen to connections, while 1,000 messages a second are said. */
import assert from "node:assert/strict";
import { startTwitch } from "../../src/demo/twitch.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { readIds, Stage } from "./stage.ts";

/** 60 channels stand on two connections. */
const CHANNELS = 60;

Deno.test("RECONNECT on every connection, three times over: nothing is missing, nothing is doubled", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.talk();
  for (let round = 1; round <= 3; round++) {
    await stage.saidMore(500);
    stage.twitch.reconnectAll();
    await stage.twitch.when(() =>
      stage.twitch.counters.accepted === 2 + 2 * round && stage.twitch.counters.open === 2
    );
  }
  await stage.saidMore(500);
  assert.deepEqual(stage.missing(await stage.storedIds()), []);
  assert.equal(stage.unheard.size, 0);
  assert.deepEqual(await stage.gaps("channel_0"), []);
});

Deno.test("links that are cut hard, and in the middle of a line: what is missing lies in a gap that says so", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.talk();
  const cuts: number[] = [];
  for (let round = 0; round < 5; round++) {
    await stage.saidMore(800);
    cuts.push(Date.now());
    if (round % 2 === 0) await stage.twitch.dropAll({ hard: true });
    else {for (const channel of stage.channels) {
        await stage.twitch.cut(`:a!a@a PRIVMSG #${channel} :half a line`);
      }}
    await stage.allJoined();
  }
  await stage.saidMore(800);
  const stored = await stage.storedIds();
  await stage.assertToldAsGaps(stage.missing(stored));
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

Deno.test("a link that goes silent is noticed within 10 s, and the gap begins with the silence", async () => {
  await using stage = await Stage.open({ channels: CHANNELS });
  stage.talk();
  await stage.saidMore(1_000);
  const silentAt = Date.now();
  stage.twitch.faults = { silent: true };
  // Both links: the stand-in swallows what is said meanwhile, so that one that lived on would have missed it unawares.
  const dead = () => stage.program.log.filter(({ message }) => String(message).includes("nothing heard"));
  await until(() => dead().length === 2);
  const noticedMs = Date.now() - silentAt;
  assert.ok(noticedMs < 10_500, `noticed after ${noticedMs} ms`);
  stage.twitch.faults = {};
  await stage.twitch.when(() => stage.twitch.counters.joins >= 2 * CHANNELS);
  await stage.saidMore(1_000);
  const stored = await stage.storedIds();
  await stage.assertToldAsGaps(stage.missing(stored));
  const [gap] = await stage.gaps("channel_0");
  assert.ok(
    gap && Math.abs(gap.from - silentAt) < 1_000,
    `the gap begins ${gap && gap.from - silentAt} ms after`,
  );
});

Deno.test("20 restarts of the server in a row: it is joined again each time, and nothing is missing while a link stood", async () => {
  using folder = tempFolder();
  await using twitch = await startTwitch({ joinLimit: undefined });
  // The waits between lives, which grow to a minute, are a hundredth of the real ones here.
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
