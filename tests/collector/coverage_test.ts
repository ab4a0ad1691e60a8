import assert from "node:assert/strict";
import type { Gap } from "../../src/chat/coverage.ts";
import { openSqliteReader } from "../support/archive/local_reader.ts";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { lastReceivedAt } from "../../src/collector/ingest/overflow_format.ts";
import { CoverageJournal } from "../../src/collector/coverage/journal.ts";
import { startTestCollector } from "../support/collector.ts";
import { privmsg } from "../support/chat/lines.ts";
import { tempFolder } from "../support/temp.ts";
import { CLOCK_DIFFERENCE_MS, clockAdvance, until } from "../support/until.ts";
import { lockForWriting } from "../support/archive/write_lock.ts";

const QUICK = { handshakeMs: 500, quietMs: 150, deadMs: 150 };

/** The gaps of the only channel, once this many have ended. */
async function gapsOf(dbPath: string, count: number): Promise<Gap[]> {
  await using reader = openSqliteReader({ path: dbPath });
  let gaps: Gap[] = [];
  await until(async () => {
    gaps = await reader.gaps(1, 0, Date.now());
    return gaps.length === count && gaps.every((gap) => gap.to !== undefined);
  });
  return gaps;
}

function near(at: number | undefined, expected: number, what: string): void {
  assert.ok(at !== undefined && Math.abs(at - expected) <= 1_000, `${what}: ${at} is not near ${expected}`);
}

Deno.test("a connection that is cut leaves a gap with that time and reason", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.allJoined();
  twitch.faults = { stall: true };
  const cutAt = Date.now();
  await twitch.dropAll({ hard: true });
  await test.until((status) => status.channels[0]?.state === "joining");
  twitch.faults = {};
  await twitch.dropAll({ hard: true });
  await test.allJoined();
  const backAt = Date.now();
  const gap = (await gapsOf(dbPath, 1)).at(-1)!;
  assert.equal(gap.reason, "connection lost");
  near(gap.from, cutAt, "from");
  near(gap.to, backAt, "to");
});

Deno.test("the gap of a silent connection begins with the last received line", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  await using test = startTestCollector({
    dbPath,
    twitch,
    timings: { handshakeMs: 500, quietMs: 800, deadMs: 800 },
  });
  await test.allJoined();
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));
  const silentAt = Date.now();
  twitch.faults = { silent: true };
  await test.until((status) => status.channels[0]?.state === "joining");
  const noticedAt = Date.now();
  twitch.faults = {};
  await test.allJoined();
  const gap = (await gapsOf(dbPath, 1)).at(-1)!;
  assert.equal(gap.reason, "connection lost");
  assert.ok(Math.abs(gap.from - silentAt) < 500, "it does not begin when it was noticed");
  assert.ok(noticedAt - gap.from > 1_000);
});

Deno.test("a RECONNECT leaves no gap", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.allJoined();
  twitch.reconnectAll();
  await twitch.when(() => twitch.counters.accepted >= 2 && twitch.counters.open === 1);
  assert.deepEqual(await gapsOf(dbPath, 0), []);
});

Deno.test("a disabled channel has a gap on purpose; a program that stops has its own reason", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  {
    await using test = startTestCollector({ dbPath, twitch });
    await test.allJoined();
    test.collector.setEnabled(1, false);
    await twitch.when(() => !twitch.joined("alpha"));
    test.collector.setEnabled(1, true);
    await test.allJoined();
  }
  await using again = startTestCollector({ dbPath, twitch });
  await again.allJoined();
  const gaps = await gapsOf(dbPath, 3);
  assert.deepEqual(gaps.map(({ reason }) => reason), ["disabled", "not joined", "stopped"]);
  assert.deepEqual(gaps.map(({ onPurpose }) => onPurpose), [true, false, false]);
});

for (
  const { how, expected } of [
    { how: "cut", expected: ["disabled", "not joined"] },
    { how: "silent", expected: ["connection lost", "disabled", "not joined"] },
  ] as const
) {
  Deno.test(`a channel is disabled and enabled while its connection is ${how}: no time is counted as lost that was not wanted`, async () => {
    using folder = tempFolder();
    const dbPath = `${folder.path}/a.db`;
    await using twitch = await startTwitch();
    const timings = { handshakeMs: 500, quietMs: 300, deadMs: 300, drainMs: 60_000 };
    await using test = startTestCollector({ dbPath, twitch, timings });
    await test.allJoined();
    // Neither the PING nor the PART is answered.
    twitch.faults = { silent: true };
    await clockAdvance(CLOCK_DIFFERENCE_MS);
    const disabledAt = Date.now();
    test.collector.setEnabled(1, false);
    await clockAdvance(CLOCK_DIFFERENCE_MS);
    const enabledAt = Date.now();
    test.collector.setEnabled(1, true);
    const enabledBy = Date.now();
    if (how === "cut") await twitch.dropAll({ hard: true });
    await twitch.when(() => twitch.counters.accepted >= 2);
    twitch.faults = {};
    await test.allJoined();
    const gaps = await gapsOf(dbPath, expected.length);
    assert.deepEqual(gaps.map(({ reason }) => reason), expected);
    const [disabled, joining] = gaps.slice(-2);
    assert.ok(disabled!.from >= disabledAt - CLOCK_DIFFERENCE_MS && disabled!.from < enabledAt);
    assert.ok(
      joining!.from >= enabledAt - CLOCK_DIFFERENCE_MS && joining!.from <= enabledBy + CLOCK_DIFFERENCE_MS,
    );
  });
}

Deno.test("a refused channel counts as not joined since it was added", async () => {
  await using twitch = await startTwitch({ refusals: { alpha: "msg_channel_suspended" } });
  const addedAt = Date.now();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.until((status) => status.channels[0]?.state === "refused");
  await using reader = openSqliteReader({ path: dbPath });
  await until(async () => (await reader.gaps(1, 0, Date.now())).length === 1);
  const [gap] = await reader.gaps(1, 0, Date.now());
  assert.equal(gap!.reason, "not joined");
  assert.equal(gap!.to, undefined);
  near(gap!.from, addedAt, "from");
});

Deno.test("changes while the archive cannot be written are stored when it can", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch, timings: QUICK });
  const { dbPath } = test;
  await test.allJoined();
  using lock = lockForWriting(dbPath);
  const cutAt = Date.now();
  await twitch.dropAll({ hard: true });
  await test.until((status) => status.channels[0]?.state === "joining");
  await test.allJoined();
  const backAt = Date.now();
  lock.release();
  const gap = (await gapsOf(dbPath, 1)).at(-1)!;
  assert.equal(gap.reason, "connection lost");
  // SQLite waits for the lock, and the collector's thread with it.
  assert.ok(gap.from >= cutAt - 1_000 && gap.to! <= backAt + 1_000);
});

/** Locks the archive, runs `once`, cuts the collector's connection, waits until it is restored, and ends the collector. */
async function endWhileLocked(dbPath: string, twitch: StandIn, once: () => void = () => {}) {
  await using test = startTestCollector({ dbPath, twitch, timings: QUICK });
  await using reader = openSqliteReader({ path: dbPath });
  await until(async () => (await reader.coverage(1, 0, Date.now())).listening.length === 1);
  // Otherwise the first ROOMSTATE could be among the messages that are lost, and coverage would end before the cut.
  await test.until(({ counts }) => counts.stored === 1);
  using _lock = lockForWriting(dbPath);
  once();
  const cutAt = Date.now();
  await twitch.dropAll({ hard: true });
  await test.until((status) => status.channels[0]?.state === "joining");
  await test.allJoined();
  const backAt = Date.now();
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha"), text: "to the overflow file" }));
  await test.until(({ counts, writer }) => counts.received === 3 && writer.state === "failing");
  // The journal beside the archive is written every second.
  const failedAt = Date.now();
  await until(() => Deno.statSync(`${dbPath}-unnoted`).mtime!.getTime() > failedAt);
  const endedAt = Date.now();
  await test[Symbol.asyncDispose]();
  return { cutAt, backAt, endedAt };
}

Deno.test("changes that could not be stored before the end are stored at the next start, with correct times", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  const { cutAt, backAt, endedAt } = await endWhileLocked(dbPath, twitch);
  await using again = startTestCollector({ dbPath, twitch });
  await again.allJoined();
  const againAt = Date.now();
  const gaps = await gapsOf(dbPath, 2);
  assert.deepEqual(gaps.map(({ reason }) => reason), ["connection lost", "stopped"]);
  near(gaps[0]!.from, cutAt, "cut");
  near(gaps[0]!.to, backAt, "back");
  near(gaps[1]!.from, endedAt, "ended");
  near(gaps[1]!.to, againAt, "again");
  assert.throws(() => Deno.statSync(`${dbPath}-unnoted`), Deno.errors.NotFound);
});

Deno.test("if the last messages before the end were lost, coverage ends before the first of them", async () => {
  using folder = tempFolder();
  const dbPath = `${folder.path}/a.db`;
  await using twitch = await startTwitch();
  // No file can be created at the overflow file's path.
  const { cutAt } = await endWhileLocked(dbPath, twitch, () => Deno.mkdirSync(`${dbPath}-spool`));
  Deno.removeSync(`${dbPath}-spool`);
  await using again = startTestCollector({ dbPath, twitch });
  await again.allJoined();
  const againAt = Date.now();
  await using reader = openSqliteReader({ path: dbPath });
  await until(async () => (await reader.gaps(1, 0, Date.now())).every(({ to }) => to !== undefined));
  // The first of them was Twitch's answer to the second join, so nothing counts as heard since the cut.
  const gaps = await reader.gaps(1, 0, Date.now());
  assert.equal(gaps[0]!.reason, "connection lost");
  near(gaps[0]!.from, cutAt, "from");
  near(gaps.at(-1)!.to, againAt, "to");
  gaps.slice(1).forEach((gap, i) => assert.equal(gap.from, gaps[i]!.to));
});

Deno.test("while the archive is locked, the journal is written every second; afterwards it is deleted", async () => {
  await using twitch = await startTwitch();
  await using test = startTestCollector({ twitch });
  const { dbPath } = test;
  await test.until((status) => status.counts.stored === 1);
  using lock = lockForWriting(dbPath);
  const path = `${dbPath}-unnoted`;
  const kept = () => new CoverageJournal(path).read(`${dbPath}-spool`);
  await until(() => kept() !== undefined);
  const lockedAt = Date.now();
  await until(() => kept()!.knownAt > lockedAt + 1_500);
  twitch.send(privmsg({ channel: "alpha", roomId: twitch.roomId("alpha") }));
  const overflowedAt = () => lastReceivedAt(`${dbPath}-spool`);
  await until(() => overflowedAt() !== undefined);
  await until(() => kept()!.knownAt > overflowedAt()!);
  lock.release();
  await test.until(({ writer }) => writer.state === "ok");
  await until(() => kept() === undefined);
});
