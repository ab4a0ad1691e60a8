/** Recording while the machine's clock is wrong, with a real archive, a real socket and a shifted wall clock. */
import assert from "node:assert/strict";
import { examine } from "../../src/archive/sqlite/doctor/doctor.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { SqliteWriter } from "../../src/archive/sqlite/writer.ts";
import { receivedAt } from "../../src/chat/ids.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { ShiftedClock } from "../support/clock.ts";
import { startTestCollector, type TestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { DAY_MS, MINUTE_MS } from "../../src/clock.ts";
import { readLine } from "../../src/irc/read.ts";

/** Sends a message every 50 ms until the condition is true, and returns their ids. */
async function talk(twitch: StandIn, test: TestCollector, condition: () => boolean): Promise<string[]> {
  const sent: string[] = [];
  while (!condition()) {
    const id = crypto.randomUUID();
    if (twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), id })) > 0) sent.push(id);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await test.until(({ counts }) => counts.stored >= sent.length);
  return sent;
}

async function eventsOf(dbPath: string) {
  await using reader = openSqliteReader({ path: dbPath });
  const { events } = await reader.timeline({ channelId: 1, limit: 200 });
  return events.toReversed();
}

/** Checks that every message is within seconds of the true time, in the order of sending, and covered. */
async function assertRight(dbPath: string, from: number, sent: string[]): Promise<void> {
  const events = await eventsOf(dbPath);
  assert.deepEqual(events.filter(({ uuid }) => uuid).map(({ uuid }) => uuid), sent);
  for (const { id, kind } of events) {
    const at = receivedAt(id);
    assert.ok(
      at >= from - 2_000 && at <= Date.now() + 100,
      `${kind} at ${at}, ${at - Date.now()} ms from now`,
    );
  }
  await using reader = openSqliteReader({ path: dbPath });
  const { listening } = await reader.coverage(1, from - DAY_MS, Date.now() + 500 * DAY_MS);
  for (const { from: start, to } of listening) {
    assert.ok(
      start >= from - 2_000 && start <= Date.now() + 100,
      `listening from ${start - Date.now()} ms from now`,
    );
    assert.ok(to === undefined || to <= Date.now() + 100);
  }
  assert.equal(listening.length > 0, true);
}

/** Errors of a clock. */
const ERRORS_MS = [400 * DAY_MS, DAY_MS, -DAY_MS, 60 * MINUTE_MS, -60 * MINUTE_MS, MINUTE_MS, -MINUTE_MS];

/** Runs the test with each error at the same time, because it mostly waits for lines. */
function forEachError(run: (wrongMs: number) => Promise<void>): () => Promise<void> {
  return async () => {
    await Promise.all(ERRORS_MS.map(async (wrongMs) => {
      try {
        await run(wrongMs);
      } catch (cause) {
        throw new Error(`with a clock that is ${wrongMs / MINUTE_MS} minutes off`, { cause });
      }
    }));
  };
}

Deno.test(
  "a clock that is set by up to 400 days and back while recording: every message has its time, and it is reported",
  forEachError(async (wrongMs) => {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    await using twitch = await startTwitch();
    const clock = new ShiftedClock();
    const from = Date.now();
    const sent: string[] = [];
    {
      await using test = startTestCollector({ dbPath, twitch, clock });
      const { collector } = test;
      await test.allJoined();
      const talkUntil = async (condition: () => boolean) => sent.push(...await talk(twitch, test, condition));
      const count = () => collector.status().counts.stored;
      await talkUntil(() => count() > 5);
      clock.setBy(wrongMs);
      await talkUntil(() => count() > 20 && !collector.status().time.plausible);
      const { wallMs, judgedMs } = collector.status().time;
      assert.ok(Math.abs(wallMs - clock.wallMs()) < 1_000 && Math.abs(judgedMs - Date.now()) < 1_000);
      assert.ok(
        test.log.some((line) => /clock is wrong: it says \d{4}-.*, and it is \d{4}-/.test(line)),
        "the log reports it",
      );
      clock.setBy(-wrongMs);
      await talkUntil(() => count() > 30 && collector.status().time.plausible);
      assert.ok(test.log.some((line) => line.includes("clock is right again")));
    }
    await assertRight(dbPath, from, sent);
    assert.deepEqual(examine({ path: dbPath, repair: false, progress: () => {} }).left, []);
  }),
);

Deno.test(
  "a start with a clock that is up to 400 days off: every message has its time, even across a restart",
  forEachError(async (wrongMs) => {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    await using twitch = await startTwitch();
    const clock = new ShiftedClock();
    clock.setBy(wrongMs);
    const from = Date.now();
    const sent: string[] = [];
    for (let run = 0; run < 2; run++) {
      await using test = startTestCollector({ dbPath, twitch, clock });
      // Long enough that Twitch's lines at a join and the coverage are stored.
      await test.until(({ counts }) => counts.stored > 0 || run > 0);
      await test.allJoined();
      const time = () => test.collector.status().time;
      sent.push(...await talk(twitch, test, () => Math.abs(time().judgedMs - Date.now()) < 2_000));
      const before = test.collector.status().counts.stored;
      sent.push(...await talk(twitch, test, () => test.collector.status().counts.stored > before + 5));
      assert.equal(time().plausible, false);
      await until(async () =>
        (await eventsOf(dbPath)).every(({ id }) => Math.abs(receivedAt(id) - Date.now()) < 60_000)
      );
    }
    await assertRight(dbPath, from, sent);
    assert.deepEqual(examine({ path: dbPath, repair: false, progress: () => {} }).left, []);
  }),
);

Deno.test("a machine without a clock and network: nothing is stored in 1970, and times are right once lines arrive", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  twitch.faults = { stall: true };
  const clock = new ShiftedClock();
  clock.setBy(-Date.now());
  const from = Date.now();
  {
    await using test = startTestCollector({
      dbPath,
      twitch,
      clock,
      timings: { handshakeMs: 300, retryMs: 50 },
    });
    await twitch.when(() => twitch.counters.accepted >= 2);
    assert.equal(test.collector.status().time.plausible, false);
    twitch.faults = {};
    await test.allJoined();
    const sent = await talk(
      twitch,
      test,
      () =>
        Math.abs(test.collector.status().time.judgedMs - Date.now()) < 2_000 &&
        test.collector.status().counts.stored > 5,
    );
    await test.until(({ counts }) => counts.stored > sent.length);
    await until(async () => (await eventsOf(dbPath)).every(({ id }) => receivedAt(id) > from - 2_000));
    const events = await eventsOf(dbPath);
    assert.deepEqual(events.filter(({ uuid }) => uuid).map(({ uuid }) => uuid), sent);
  }
});

Deno.test("retention by age deletes nothing while the clock is 400 days ahead", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  const clock = new ShiftedClock();
  const old = Date.now() - 10 * DAY_MS;
  {
    using writer = SqliteWriter.open({ path: dbPath, synchronous: "normal" });
    writer.createChannel("alpha", old);
    for (let n = 0; n < 50; n++) {
      const reading = readLine(
        privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), sentAt: old + n * 1_000 }),
      );
      assert.ok(reading.kind === "chat");
      writer.append([{ event: reading.event, receivedAt: old + n * 1_000 + 50 }], new Set());
    }
    writer.change({ kind: "set retention", channelId: 1, retention: { days: 30 } });
  }
  for (const startsWrong of [true, false]) {
    clock.shiftMs = startsWrong ? 400 * DAY_MS : 0;
    await using test = startTestCollector({ dbPath, twitch, clock });
    await test.allJoined();
    if (!startsWrong) await talk(twitch, test, () => test.collector.status().counts.stored > 3);
    clock.shiftMs = 400 * DAY_MS;
    test.collector.change({ kind: "set retention", channelId: 1, retention: { days: 30 } });
    await talk(
      twitch,
      test,
      () => !test.collector.status().time.plausible && test.collector.status().counts.stored > 30,
    );
    test.collector.change({ kind: "set retention", channelId: 1, retention: { days: 30 } });
    const stored = test.collector.status().counts.stored;
    await talk(twitch, test, () => test.collector.status().counts.stored > stored + 5);
    await using reader = openSqliteReader({ path: dbPath });
    const { events } = await reader.timeline({ channelId: 1, to: old + DAY_MS, limit: 200 });
    assert.equal(events.length, 50);
  }
});
