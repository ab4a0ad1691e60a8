import assert from "node:assert/strict";
import { join } from "node:path";
import type { ListeningChange } from "../../../src/archive/coverage.ts";
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { SqliteWriter } from "../../../src/archive/sqlite/writer.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { tempFolder } from "../../support/temp.ts";
import { ANN, BEN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

const S = 1_000;
Deno.test("after a crash, open intervals end at the last known moment, as killed", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = SqliteWriter.open({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON);
    first.storeCoverage([], NOON + 5 * S);
  }
  using again = SqliteWriter.open({ path, synchronous: "normal" });
  await using reader = openSqliteReader({ path });
  const { listening } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.deepEqual(listening, [{ from: NOON, to: NOON + 5 * S, reason: "killed" }]);
  again.storeCoverage([{ kind: "started", channelId: 1, at: NOON + 9 * S }], NOON + 9 * S);
  const [gap] = await reader.gaps(1, NOON, NOON + 60 * S);
  assert.deepEqual([gap!.from, gap!.to, gap!.reason], [NOON + 5 * S, NOON + 9 * S, "killed"]);
});

Deno.test("changes that a run could not store are stored first, unless another run has written since", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  const changes: ListeningChange[] = [
    { kind: "ended", channelId: 1, at: NOON + 9 * S, reason: "connection lost" },
    { kind: "started", channelId: 1, at: NOON + 12 * S },
    { kind: "ended", channelId: 1, at: NOON + 15 * S, reason: "stopped" },
  ];
  const open = (since: number) =>
    SqliteWriter.open({
      path,
      synchronous: "normal",
      unwritten: { since, changes, knownAt: NOON + 15 * S },
    });
  {
    using first = SqliteWriter.open({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON + 5 * S);
  }
  open(NOON + 5 * S)[Symbol.dispose]();
  open(NOON + 5 * S)[Symbol.dispose]();
  {
    using third = SqliteWriter.open({ path, synchronous: "normal" });
    third.storeCoverage([{ kind: "started", channelId: 1, at: NOON + 20 * S }], NOON + 30 * S);
  }
  open(NOON + 5 * S)[Symbol.dispose]();
  await using reader = openSqliteReader({ path });
  const { listening } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.deepEqual(listening, [
    { from: NOON, to: NOON + 9 * S, reason: "connection lost" },
    { from: NOON + 12 * S, to: NOON + 15 * S, reason: "stopped" },
    { from: NOON + 20 * S, to: NOON + 30 * S, reason: "killed" },
  ]);
});

Deno.test("a message that was committed after the last known moment extends coverage", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = SqliteWriter.open({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON);
    first.append([{ event: message(ANN, "late"), receivedAt: NOON + 700 }], new Set());
  }
  using _again = SqliteWriter.open({ path, synchronous: "normal" });
  await using reader = openSqliteReader({ path });
  assert.equal((await reader.coverage(1, NOON, NOON + 60 * S)).listening[0]!.to, NOON + 700);
});

Deno.test("messages of an earlier run's overflow file are in no gap, even if their times jitter", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = SqliteWriter.open({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON + 5 * S);
  }
  using again = SqliteWriter.open({ path, synchronous: "normal" });
  again.createChannel("sea", NOON);
  // Ids ascend: the last message gets the millisecond of the previous one, which is later than its own.
  const rows = [
    { event: message(ANN, "hello"), receivedAt: NOON + 5_900 },
    { event: message(BEN, "ahoy", { channel: "sea" }), receivedAt: NOON + 6_001 },
    { event: message(ANN, "hello again"), receivedAt: NOON + 6_000 },
  ];
  again.append(rows, new Set(), { name: "overflow", offset: 100, isInherited: true });
  again.storeCoverage([{ kind: "started", channelId: 1, at: NOON + 9 * S }], NOON + 9 * S);
  await using reader = openSqliteReader({ path });
  const gaps = await reader.gaps(1, NOON, NOON + 60 * S);
  for (const { id } of (await reader.timeline({ channelId: 1, limit: 10 })).events) {
    const at = receivedAt(id);
    assert.ok(!gaps.some(({ from, to }) => at > from && at < to!), `${at} in ${JSON.stringify(gaps)}`);
  }
});

Deno.test("messages of two earlier runs in one overflow file leave the gap between them, even if the restart was fast", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "a.db");
  {
    using first = SqliteWriter.open({ path, synchronous: "normal" });
    first.createChannel("lake", NOON);
    first.storeCoverage([{ kind: "started", channelId: 1, at: NOON }], NOON + 5 * S);
  }
  using again = SqliteWriter.open({ path, synchronous: "normal" });
  const at = (ms: number) => ({ event: message(ANN, `at ${ms}`), receivedAt: NOON + ms });
  // The first run was killed after 5.9 s, and the second one, which joined 400 ms later, after 6.4 s.
  again.append([at(5_820), at(5_900), at(6_300), at(6_400)], new Set(), {
    name: "overflow",
    offset: 100,
    isInherited: true,
  });
  again.storeCoverage([{ kind: "started", channelId: 1, at: NOON + 6_850 }], NOON + 9 * S);
  await using reader = openSqliteReader({ path });
  const gaps = await reader.gaps(1, NOON + 5_850, NOON + 60 * S);
  assert.deepEqual(gaps.map(({ from, to, reason }) => [from - NOON, to! - NOON, reason]), [
    [5_900, 6_300, "killed"],
    [6_400, 6_850, "killed"],
  ]);
});

Deno.test("times never go back, and repeated changes are stored once", async () => {
  using archive = openArchive();
  const { writer } = archive;
  writer.storeCoverage([
    { kind: "wanted", channelId: 1, at: NOON },
    { kind: "started", channelId: 1, at: NOON + 10 * S },
    { kind: "started", channelId: 1, at: NOON + 11 * S },
    { kind: "ended", channelId: 1, at: NOON + 5 * S, reason: "connection lost" },
    { kind: "ended", channelId: 1, at: NOON + 12 * S, reason: "connection lost" },
    { kind: "ended", channelId: 1, at: NOON + 13 * S, reason: "not joined" },
    { kind: "wanted", channelId: 1, at: NOON + 14 * S },
    { kind: "started", channelId: 1, at: NOON + 9 * S },
    { kind: "started", channelId: 99, at: NOON },
    { kind: "ended", channelId: 99, at: NOON, reason: "stopped" },
  ], NOON + 15 * S);
  await using reader = archive.reader();
  const { known, listening, gaps } = await reader.coverage(1, NOON, NOON + 60 * S);
  assert.equal(known, NOON);
  assert.deepEqual(listening, [{ from: NOON + 13 * S }]);
  assert.deepEqual(gaps.map(({ from, to, reason }) => [(from - NOON) / S, (to! - NOON) / S, reason]), [
    [0, 10, "not joined"],
    [10, 13, "connection lost"],
  ]);
});

Deno.test("a fast first join leaves no gap before it; a slow first join and any later join do", async () => {
  using archive = openArchive();
  const { writer } = archive;
  for (const login of ["pond", "sea"]) writer.createChannel(login, NOON);
  writer.storeCoverage([
    { kind: "wanted", channelId: 2, at: NOON },
    { kind: "started", channelId: 2, at: NOON + 300 },
    { kind: "ended", channelId: 2, at: NOON + 10 * S, reason: "disabled" },
    { kind: "wanted", channelId: 2, at: NOON + 20 * S },
    { kind: "started", channelId: 2, at: NOON + 20 * S + 300 },
    { kind: "wanted", channelId: 3, at: NOON },
    { kind: "started", channelId: 3, at: NOON + 3 * S },
  ], NOON + 30 * S);
  await using reader = archive.reader();
  const gaps = async (id: number) => (await reader.gaps(id, 0, NOON + 30 * S)).map(({ reason }) => reason);
  assert.deepEqual(await gaps(2), ["disabled", "not joined"]);
  assert.deepEqual(await gaps(3), ["not joined"]);
  assert.equal((await reader.coverage(2, 0, NOON + 5 * S)).known, NOON + 300);
});

Deno.test("a range has the gaps that overlap it, uncut", async () => {
  using archive = openArchive();
  const changes = [0, 100, 200, 300].flatMap((start) => [
    { kind: "started", channelId: 1, at: NOON + start * S } as const,
    { kind: "ended", channelId: 1, at: NOON + (start + 50) * S, reason: "connection lost" } as const,
  ]);
  archive.writer.storeCoverage(changes, NOON + 400 * S);
  await using reader = archive.reader();
  const seconds = async (from: number, to: number) =>
    (await reader.gaps(1, NOON + from * S, NOON + to * S))
      .map((gap) => [(gap.from - NOON) / S, gap.to && (gap.to - NOON) / S]);
  assert.deepEqual(await seconds(60, 70), [[50, 100]]);
  assert.deepEqual(await seconds(110, 120), []);
  assert.deepEqual(await seconds(0, 160), [[50, 100], [150, 200]]);
  assert.deepEqual(await seconds(360, 999), [[350, undefined]]);
  assert.deepEqual(await seconds(-50, -10), []);
  const missed = await reader.missed(undefined, NOON + 90 * S, NOON + 360 * S);
  assert.deepEqual(missed, [{ channelId: 1, login: "lake", gaps: 4, missedMs: 120 * S }]);
});

Deno.test("every channel with missing messages is counted, for any number of channels", async () => {
  using archive = openArchive();
  for (let i = 0; i < 150; i++) {
    const { id: channelId } = archive.writer.createChannel(`channel${i}`, NOON);
    archive.writer.storeCoverage([
      { kind: "started", channelId, at: NOON },
      { kind: "ended", channelId, at: NOON + 10 * S, reason: "connection lost" },
      { kind: "started", channelId, at: NOON + 20 * S },
    ], NOON + 30 * S);
  }
  await using reader = archive.reader();
  assert.equal((await reader.missed(undefined, NOON, NOON + 30 * S)).length, 150);
});
